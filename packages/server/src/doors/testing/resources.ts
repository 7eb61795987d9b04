import { createLocks } from '../../resources/locks.ts';
import { createProperties } from '../../resources/properties.ts';
import type { Resources } from '../../resources/followed-view.ts';
import { systemRandom } from '../../runtime/system.ts';
import type { LockTable, PropertyTable } from '../../store/port.ts';
import type { AppPasswords } from '../../users/app-passwords.ts';

const unused = (): Promise<never> => Promise.reject(new Error('this test keeps no such thing'));

const NO_LOCKS: LockTable = {
  grant: unused,
  byToken: async () => undefined,
  covering: async () => [],
  below: async () => [],
  renew: unused,
  remove: unused,
  removeTree: async () => {},
};
const NO_PROPERTIES: PropertyTable = {
  of: async () => [],
  inFolder: async () => [],
  change: unused,
  removeTree: async () => {},
  moveTree: async () => {},
  copyTree: async () => {},
};

/** For doors that neither lock nor label. */
export function memoryResources(): Resources {
  const clock = { now: () => 0, sleep: () => Promise.resolve() };
  return {
    locks: createLocks({ table: NO_LOCKS, clock, random: systemRandom() }),
    properties: createProperties(NO_PROPERTIES),
  };
}

export const fakeAppPasswords: AppPasswords = {
  list: async () => [],
  create: unused,
  revoke: unused,
  find: async () => undefined,
};
