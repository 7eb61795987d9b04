import { describe, expect, test } from 'bun:test';
import { fakeClock } from '../../testing/fake-clock.ts';
import { isAbort, StorageError } from '../core/errors.ts';
import type { Call, DriverType, Probe } from '../core/driver.ts';
import { abortError } from '../core/abort.ts';
import { storageRow } from '../../testing/store-contract.ts';
import { tryStorage } from './trial.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

/** Never answers, but for the signal. */
const waits: Probe['run'] = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(abortError()), { once: true }));

function fixture({ probes = [], list }: { probes?: readonly Probe[]; list?: Call<'list'> } = {}) {
  const clock = fakeClock();
  const leaver = new AbortController();
  let closed = 0;
  const type: DriverType<unknown> = {
    kind: 'Cloud',
    title: 'Cloud',
    config: { fields: [], parse: (values) => ({ ok: values }) },
    create: () => ({
      kind: 'Cloud',
      root: 'root',
      traits: { duplicateNames: false, caseSensitive: true, listTtlMs: 0, localSort: true },
      probes,
      list: list ?? (async () => ({ entries: [], next: 'more' })),
      stat: async ({ id }) => ({ id, name: '', kind: 'folder', size: 0 }),
      close: async () => void closed++,
    }),
  };
  const env = {
    clock,
    log,
    http: () => {
      throw new Error('not asked for');
    },
    random: { bytes: (n: number) => new Uint8Array(n), fraction: () => 0 },
    accounts: {
      join: () => {
        throw new Error('not asked for');
      },
    },
  };
  const options = { env, clock, log, signal: leaver.signal };
  const run = () => tryStorage({ input: storageRow(), type, stored: undefined }, options);
  return { run, clock, leaver, closed: () => closed };
}

describe('trying a storage', () => {
  test('ends with the first step that fails, and closes the driver', async () => {
    const probes: Probe[] = [
      { name: 'egress', run: async () => 'Out.' },
      {
        name: 'api',
        run: () => Promise.reject(new StorageError('unavailable', 'Down.', { detail: { remedy: 'Wait.' } })),
      },
      { name: 'sign_in', run: async () => 'never' },
    ];
    const { run, closed } = fixture({ probes });
    expect(await run()).toMatchObject([
      { name: 'settings', ok: true },
      { name: 'egress', ok: true, message: 'Out.' },
      { name: 'api', ok: false, message: 'Down.', remedy: 'Wait.' },
    ]);
    expect(closed()).toBe(1);
  });

  test('waits 30 seconds for a step, and says so', async () => {
    const { run, clock, closed } = fixture({ probes: [{ name: 'api', run: waits }] });
    const steps = run();
    await clock.advance(30_000);
    expect((await steps).at(-1)).toMatchObject({ name: 'api', ok: false, ms: 30_000 });
    expect(closed()).toBe(1);
  });

  test('is over at once when nobody waits for it any more', async () => {
    const { run, leaver, closed } = fixture({ probes: [{ name: 'api', run: waits }] });
    const steps = run().catch((error: unknown) => error);
    await Promise.resolve();
    leaver.abort();
    expect(isAbort(await steps)).toBe(true);
    expect(closed()).toBe(1);
  });

  test('tells nothing of an unexpected fault', async () => {
    const { run } = fixture({ list: () => Promise.reject(new Error('token=secret')) });
    const step = (await run()).at(-1);
    expect(step).toMatchObject({ name: 'root', ok: false });
    expect(JSON.stringify(step)).not.toContain('secret');
  });
});
