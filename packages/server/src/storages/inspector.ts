import type { Driver, DriverType, Env } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import type { Clock, Log, Random } from '../core/runtime.ts';
import { applyLayers } from '../layers/apply.ts';
import { retry } from '../layers/retry.ts';
import { timeout } from '../layers/timeout.ts';
import type { PaceOf } from './paces.ts';
import { ConfigError, type ShareInspector } from './service.ts';

/** Drivers that stay open, so that the next ones find the session that they share. */
const KEPT_OPEN = 8;

interface InspectorOptions {
  readonly driverTypes: readonly DriverType<unknown>[];
  /** Its accounts are for trials. */
  readonly env: Env;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly paceOf: PaceOf;
}

/** Looks at shares through drivers that are never mounted, each behind the pace of its account and way out. */
export function createInspector(options: InspectorOptions): ShareInspector {
  const { clock, random, log } = options;
  const open: Driver[] = [];
  const close = async (driver: Driver): Promise<void> => {
    await driver.close().catch((error: unknown) => log.warn({ error }, 'a share did not close cleanly'));
  };

  return {
    async inspect({ driver: kind, addition }, signal) {
      const driver = driverFor(kind, addition, options);
      open.push(driver);
      const oldest = open.length > KEPT_OPEN ? open.shift() : undefined;
      const pace = options.paceOf({ driver: kind, addition }, driver);
      const layers = [retry({ clock, random }), pace.layer, timeout({ clock, timeouts: {} })];
      try {
        if (oldest !== undefined) await close(oldest);
        const { inspect } = applyLayers(driver, layers);
        if (inspect === undefined) throw new StorageError('unsupported', `${kind} shows no shares`);
        return await inspect({}, { signal, priority: 'background' });
      } catch (error) {
        throw error instanceof StorageError ? error.withDetail({ op: 'inspect' }) : error;
      }
    },
    async close() {
      await Promise.all(open.splice(0).map(close));
    },
  };
}

function driverFor(
  kind: string,
  addition: Readonly<Record<string, unknown>>,
  { driverTypes, env }: InspectorOptions,
): Driver {
  const type = driverTypes.find((known) => known.kind === kind);
  if (type === undefined) throw new StorageError('invalid_argument', `no driver named: ${kind}`);
  const parsed = type.config.parse(addition);
  if ('problems' in parsed) throw new ConfigError(parsed.problems);
  return type.create(parsed.ok, env);
}
