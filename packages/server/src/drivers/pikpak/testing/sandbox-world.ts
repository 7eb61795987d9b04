import { type Sandbox, type SandboxOptions, startSandbox } from '@sluice/sandbox';
import { createEgress } from '../../../accounts/egress.ts';
import { type AccountStates, createAccounts } from '../../../accounts/registry.ts';
import type { Ctx, Driver, Env } from '../../../core/driver.ts';
import { throwIfAborted } from '../../../core/abort.ts';
import type { EntryId } from '../../../core/entry.ts';
import type { Clock, Log } from '../../../core/runtime.ts';
import { systemRandom } from '../../../runtime/system.ts';
import { pikpakDriverType } from '../index.ts';

/** Time that follows the sandbox's, and in which sleeping takes none. */
export interface ShiftClock extends Clock {
  shift(ms: number): void;
}

/** Drivers on a sandbox, and what they stand on. */
export interface World {
  readonly sandbox: Sandbox;
  readonly env: Env;
  readonly clock: ShiftClock;
  /** Account states, by key: what would be on disk. */
  readonly states: Map<string, unknown>;
  /** A driver from settings as a storage has them; by default the demo account, straight to the sandbox. */
  readonly open: (settings?: Readonly<Record<string, unknown>>) => Driver;
  /** Another process on the same disk: nothing of the sessions is left but their saved states. */
  readonly restart: () => World;
  /** Moves the sandbox's time and ours. */
  readonly advance: (ms: number) => void;
  readonly close: () => Promise<void>;
}

export const DEMO = { username: 'demo@sluice.test', password: 'sluice-demo' };

export const QUIET: Log = { debug() {}, info() {}, warn() {}, error() {} };

export async function startWorld(options: SandboxOptions = {}): Promise<World> {
  const sandbox = await startSandbox(options);
  return worldOn(sandbox, new Map());
}

function worldOn(sandbox: Sandbox, states: Map<string, unknown>): World {
  const egress = createEgress({ named: namedEgress(sandbox), log: QUIET });
  const clock = shiftClock((ms) => sandbox.clock.advance(ms));
  const drivers = new Set<Driver>();
  const env: Env = {
    http: (value) => egress.http(value),
    clock,
    random: systemRandom(),
    log: QUIET,
    accounts: createAccounts({ table: tableOver(states), log: QUIET }),
  };
  return {
    sandbox,
    env,
    clock,
    states,
    open(settings = DEMO) {
      const parsed = pikpakDriverType.config.parse({ egress: 'sandbox-direct', ...settings });
      if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
      const driver = pikpakDriverType.create(parsed.ok, env);
      drivers.add(driver);
      return driver;
    },
    restart: () => worldOn(sandbox, states),
    advance(ms) {
      sandbox.clock.advance(ms);
      clock.shift(ms);
    },
    async close() {
      for (const driver of drivers) await driver.close();
      egress.close();
      await sandbox.stop();
    },
  };
}

/** Account states in memory. */
export function tableOver(states: Map<string, unknown>): AccountStates {
  return {
    load: async (key) => states.get(key),
    save: async (key, value) => void states.set(key, structuredClone(value)),
    remove: async (key) => void states.delete(key),
  };
}

/** The sandbox's ways in, under the names that the demo gives them. */
export function namedEgress({ port, proxyPort, proxyPortEu, caPem }: Sandbox) {
  const proxy = (at: number) => ({ kind: 'proxy', proxyUrl: `http://127.0.0.1:${at}`, ca: caPem }) as const;
  return {
    'sandbox-direct': { kind: 'direct', connectTo: { host: '127.0.0.1', port }, ca: caPem },
    sandbox: proxy(proxyPort),
    'sandbox-eu': proxy(proxyPortEu),
  } as const;
}

/** @param slept Told how long somebody has slept: PikPak's time goes on meanwhile. */
function shiftClock(slept: (ms: number) => void): ShiftClock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    async sleep(ms, signal) {
      throwIfAborted(signal);
      const whole = Math.ceil(ms); // time is in whole milliseconds everywhere
      offset += whole;
      slept(whole);
    },
    shift(ms) {
      offset += ms;
    },
  };
}

export function ctx(signal: AbortSignal = new AbortController().signal): Ctx {
  return { signal, priority: 'browse' };
}

/** The id behind a path of folders' and files' names. */
export async function idAt(driver: Driver, path: string): Promise<EntryId> {
  let id = driver.root;
  for (const name of path.split('/').filter((part) => part !== '')) {
    const { entries } = await driver.list({ dir: id }, ctx());
    const found = entries.find((entry) => entry.name === name);
    if (found === undefined) throw new Error(`no ${name} on the way to ${path}`);
    id = found.id;
  }
  return id;
}
