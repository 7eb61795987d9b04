import type { Driver } from '../../../core/driver.ts';
import type { EntryId } from '../../../core/entry.ts';
import { StorageError } from '../../../core/errors.ts';
import type { Link } from '../../../core/link.ts';
import { ctx, startWorld, type World } from '../../pikpak/testing/sandbox-world.ts';
import { pikpakShareDriverType } from '../index.ts';

/** Shares of the sandbox's seed `standard` (design §11). */
export const SHARES = {
  open: 'VNsandboxOpenShare00001',
  locked: 'VNsandboxLockedShare001',
  large: 'VNsandboxLargeShare0001',
  region: 'VNsandboxRegionShare001',
  gone: 'VNsandboxGoneShare00001',
  ended: 'VNsandboxEndedShare0001',
  unknown: 'VNsandboxNobodysShare01',
} as const;

type Settings = Readonly<Record<string, unknown>>;

/** A sandbox and the means to read its shares. */
export interface ShareWorld extends World {
  /** A share's driver from settings as a storage has them, straight to the sandbox unless said. */
  readonly share: (share_id: string, settings?: Settings) => Driver;
}

export async function startShareWorld(): Promise<ShareWorld> {
  return shareWorldOn(await startWorld());
}

function shareWorldOn(world: World): ShareWorld {
  const drivers: Driver[] = [];
  return {
    ...world,
    share(share_id, settings = {}) {
      const driver = makeShare(world.env, { share_id, egress: 'sandbox-direct', ...settings });
      drivers.push(driver);
      return driver;
    },
    async close() {
      for (const driver of drivers) await driver.close();
      await world.close();
    },
  };
}

/** A driver from settings that hold. */
export function makeShare(env: World['env'], settings: Settings): Driver {
  const parsed = pikpakShareDriverType.config.parse(settings);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return pikpakShareDriverType.create(parsed.ok, env);
}

export async function namesIn(driver: Driver, dir: EntryId = driver.root): Promise<string[]> {
  const { entries } = await driver.list({ dir }, ctx());
  return entries.map((entry) => entry.name).toSorted();
}

export async function linkTo(
  driver: Driver,
  id: EntryId,
  purpose: 'download' | 'play' = 'download',
): Promise<Link> {
  if (driver.link === undefined) throw new Error('the driver gives no links');
  return driver.link({ id, purpose }, ctx());
}

/** The error that a call ends with. */
export async function failure(promise: Promise<unknown>): Promise<StorageError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof StorageError) return error;
  throw new Error(`expected a StorageError, got ${String(error)}`);
}
