import { describe, test } from 'bun:test';
import { describeDriver, findContractTree, patientCtx } from '../../../testing/driver-contract.ts';
import { has } from '../../../testing/contract/test-case.ts';
import { createEgress } from '../../accounts/egress.ts';
import { createAccounts } from '../../accounts/registry.ts';
import type { Driver, Env } from '../../core/driver.ts';
import { systemClock, systemRandom } from '../../runtime/system.ts';
import { pikpakDriverType } from './index.ts';
import { idAt, QUIET, tableOver } from './testing/sandbox-world.ts';

/**
 * The contract on PikPak itself, when `SLUICE_TEST_PIKPAK` holds the settings of a storage as JSON, such as
 * `{"username":"…","password":"…"}`. The account needs a folder `sluice-contract` at its root, which holds the contract's tree
 * (`CONTRACT_TREE` in testing/contract/fixture.ts), and is written in. All tests share one session, so that there is one sign-in.
 */
const settings = process.env['SLUICE_TEST_PIKPAK'];

if (settings === undefined || settings === '') {
  describe('the driver contract, kept by the real PikPak', () => {
    test.skip('SLUICE_TEST_PIKPAK names no account', () => {});
  });
} else {
  const egress = createEgress({ log: QUIET });
  const env: Env = {
    http: (value) => egress.http(value),
    clock: systemClock(),
    random: systemRandom(),
    log: QUIET,
    accounts: createAccounts({ table: tableOver(new Map()), log: QUIET }),
  };
  describeDriver('the real PikPak', {
    ops: [
      'copy',
      'emptyTrash',
      'link',
      'listStarred',
      'listTrash',
      'mkdir',
      'move',
      'purgeTrashed',
      'quota',
      'remove',
      'rename',
      'star',
      'untrash',
      'upload',
      'variants',
    ],
    skip: [
      { test: 'names come as they are', reason: 'PikPak takes only some of these names' },
      {
        test: 'a trash that is emptied is empty, and what is live stays',
        reason: "somebody's trash is not ours to empty",
      },
    ],
    async open() {
      const driver = openDriver(settings, env);
      const top = await idAt(driver, '/sluice-contract');
      const found = await findContractTree(driver, {
        top,
        pages: 1,
        missing: 'VNdoesNotExist000000000000o1',
      });
      const scratch = await has(driver.mkdir)({ dir: top, name: `run ${crypto.randomUUID()}` }, patientCtx());
      const fixture = { ...found, emptyFolder: scratch.id, newName: '名字 #1 100%.d' };
      const close = async () => {
        await has(driver.remove)({ ids: [scratch.id], mode: 'purge' }, patientCtx());
        await driver.close();
      };
      return { driver, fixture, http: env.http(''), close };
    },
  });
}

function openDriver(json: string, env: Env): Driver {
  const values: unknown = JSON.parse(json);
  if (typeof values !== 'object' || values === null) throw new Error('SLUICE_TEST_PIKPAK is no JSON object');
  const parsed = pikpakDriverType.config.parse({ ...values });
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return pikpakDriverType.create(parsed.ok, env);
}
