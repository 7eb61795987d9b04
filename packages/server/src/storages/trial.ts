import { throwIfAborted } from '../core/abort.ts';
import type { Ctx, Driver, DriverType, Env, Probe } from '../core/driver.ts';
import { isAbort, StorageError } from '../core/errors.ts';
import type { Clock, Log } from '../core/runtime.ts';
import type { StorageRecord } from '../core/storage-record.ts';
import { checkInput } from './input.ts';
import { ConfigError, type StorageInput, type TrialStep } from './service.ts';

/** The longest that one step may take. */
const STEP_TIMEOUT_MS = 30_000;

interface TrialOptions {
  /** Its accounts are for trials. */
  readonly env: Env;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** A storage that may be, and the one that is stored when it is to be changed. */
interface Candidate {
  readonly input: StorageInput;
  readonly type: DriverType<unknown>;
  readonly stored: StorageRecord | undefined;
}

/**
 * Tries a storage without keeping it: its settings, what its driver says comes next, its root. Ends with the first step that fails, for
 * those behind it would only fail of the same. @throws AbortError when the signal fires.
 */
export async function tryStorage(candidate: Candidate, options: TrialOptions): Promise<readonly TrialStep[]> {
  const steps: TrialStep[] = [];
  let driver: Driver | undefined;
  const settings = await stepOf('settings', options, async () => {
    driver = driverOf(candidate, options.env);
    return 'The settings hold.';
  });
  steps.push(settings);
  if (driver === undefined) return steps;
  try {
    for (const probe of [...(driver.probes ?? []), rootProbe(driver)]) {
      const step = await stepOf(probe.name, options, (ctx) => probe.run(ctx));
      steps.push(step);
      if (!step.ok) break;
    }
    return steps;
  } finally {
    await driver.close().catch((error: unknown) => {
      options.log.warn({ driver: candidate.type.kind, error }, 'a tried storage did not close cleanly');
    });
  }
}

function driverOf({ input, type, stored }: Candidate, env: Env): Driver {
  const { addition } = checkInput(input, type, stored);
  const parsed = type.config.parse(addition);
  if ('problems' in parsed) throw new ConfigError(parsed.problems);
  return type.create(parsed.ok, env);
}

function rootProbe(driver: Driver): { readonly name: 'root'; readonly run: Probe['run'] } {
  return {
    name: 'root',
    async run(ctx) {
      const { entries, next } = await driver.list({ dir: driver.root }, ctx);
      const more = next === undefined ? '' : ', and there are more';
      return `The root folder opens: ${entries.length} entries${more}.`;
    },
  };
}

async function stepOf(
  name: TrialStep['name'],
  { clock, log, signal }: TrialOptions,
  run: (ctx: Ctx) => Promise<string>,
): Promise<TrialStep> {
  const began = clock.now();
  const late = new AbortController();
  const timer = new AbortController();
  clock.sleep(STEP_TIMEOUT_MS, timer.signal).then(
    () => late.abort(),
    () => {}, // the step has ended before its time
  );
  const ended = (): number => clock.now() - began;
  try {
    throwIfAborted(signal);
    const message = await run({ signal: AbortSignal.any([signal, late.signal]), priority: 'browse' });
    return { name, ok: true, ms: ended(), message, remedy: '', problems: [] };
  } catch (error) {
    if (signal.aborted) throw error;
    return { name, ok: false, ms: ended(), ...failure(error, log) };
  } finally {
    timer.abort();
  }
}

function failure(error: unknown, log: Log): Omit<TrialStep, 'name' | 'ok' | 'ms'> {
  if (error instanceof ConfigError) {
    const { problems } = error;
    return {
      message: 'Some settings do not hold.',
      remedy: problems.map(({ message }) => message).join(' '),
      problems,
    };
  }
  if (error instanceof StorageError) {
    const { reason, params, remedy = '' } = error.detail;
    return {
      message: error.message,
      remedy,
      problems: [],
      ...(reason === undefined ? {} : { named: reason }),
      ...(params === undefined ? {} : { params }),
    };
  }
  if (isAbort(error)) {
    const message = `No answer within ${STEP_TIMEOUT_MS / 1000} seconds.`;
    return {
      message,
      remedy: 'Check the network, or the way out that this storage uses.',
      problems: [],
      named: 'storage_slow',
      params: { seconds: STEP_TIMEOUT_MS / 1000 },
    };
  }
  log.error({ error }, 'a driver failed unexpectedly while a storage was tried');
  const message = 'Something went wrong inside Sluice.';
  return { message, remedy: 'The log says more; please report it.', problems: [], named: 'internal' };
}
