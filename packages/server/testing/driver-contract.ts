import { describe, expect, test } from 'bun:test';
import type { Driver, OpName } from '../src/core/driver.ts';
import { batchTests } from './contract/batches.ts';
import { linkTests, readTests } from './contract/content.ts';
import { listingTests } from './contract/listing.ts';
import type { ContractTest, Opened } from './contract/test-case.ts';
import { trashTests } from './contract/trash.ts';
import { writeTests } from './contract/writing.ts';

export { CONTRACT_TREE, type Fixture, findContractTree, NASTY_NAMES } from './contract/fixture.ts';
export { patientCtx } from './contract/fixture.ts';
export type { Opened } from './contract/test-case.ts';

export interface DriverHarness {
  /** What the driver can do beside `list` and `stat`. Checked against the driver, so that a lost method shows. */
  readonly ops: readonly Exclude<OpName, 'list' | 'stat'>[];
  /** A fresh driver with its content, for one test. */
  open(): Promise<Opened>;
  /** Points of the contract that this driver does not keep, each by its full name and with the reason. */
  readonly skip?: readonly { readonly test: string; readonly reason: string }[];
}

const TESTS: readonly ContractTest[] = [
  ...listingTests,
  ...readTests,
  ...linkTests,
  ...writeTests,
  ...batchTests,
  ...trashTests,
];

const OPTIONAL_OPS = [
  'link',
  'read',
  'variants',
  'thumbnail',
  'mkdir',
  'rename',
  'move',
  'copy',
  'remove',
  'listTrash',
  'untrash',
  'purgeTrashed',
  'emptyTrash',
  'star',
  'listStarred',
  'upload',
  'quota',
] as const;

/**
 * Checks a driver against the contract of `core/driver.ts`. What it lacks is left out; what it keeps differently stands in
 * `skip`, whose names are checked too.
 *
 * @example
 * describeDriver('memory', {
 *   ops: ['read', 'quota'],
 *   async open() {
 *     const driver = createMemoryDriver(CONTRACT_TREE, { pageSize: 7 });
 *     return { driver, fixture: await findContractTree(driver, { pages: 4, missing: 'm0' }), close: () => driver.close() };
 *   },
 * });
 */
export function describeDriver(name: string, harness: DriverHarness): void {
  const skip = new Map((harness.skip ?? []).map(({ test, reason }) => [test, reason]));
  const ops: ReadonlySet<OpName> = new Set<OpName>(harness.ops);
  const applies = ({ needs = [] }: ContractTest): boolean => needs.every((op) => ops.has(op));

  describe(`the driver contract, kept by ${name}`, () => {
    test('the driver has the operations that it is said to have, and no others', async () => {
      await using({ run: async ({ driver }) => expect(opsOf(driver)).toEqual([...harness.ops].toSorted()) });
    });

    test('what is skipped is in the contract', () => {
      const names = new Set(TESTS.filter(applies).map((test) => test.name));
      expect([...skip.keys()].filter((skipped) => !names.has(skipped))).toEqual([]);
    });

    for (const contractTest of TESTS.filter(applies)) {
      const reason = skip.get(contractTest.name);
      if (reason === undefined) test(contractTest.name, () => using(contractTest));
      else test.skip(`${contractTest.name} (${reason})`, () => {});
    }
  });

  async function using({ run }: Pick<ContractTest, 'run'>): Promise<void> {
    const opened = await harness.open();
    try {
      await run(opened);
    } finally {
      await opened.close();
    }
  }
}

function opsOf(driver: Driver): OpName[] {
  return OPTIONAL_OPS.filter((op) => driver[op] !== undefined).toSorted();
}
