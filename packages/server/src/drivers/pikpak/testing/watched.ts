import { createAccounts } from '../../../accounts/registry.ts';
import type { Driver, Env } from '../../../core/driver.ts';
import { pikpakDriverType } from '../index.ts';
import { DEMO, QUIET, tableOver, type World } from './sandbox-world.ts';

/** Before the first request to a path that begins with `path` is sent, `meanwhile` runs: what another program, or a caller, does just then. */
export interface Watch {
  readonly path: string;
  readonly meanwhile: (driver: Driver) => unknown;
}

/** A driver on the demo account, with a session of its own, whose requests are watched. */
export function openWatched({ env }: World, ...watches: readonly Watch[]): Driver {
  const waiting = new Set(watches);
  const watchedEnv: Env = {
    ...env,
    accounts: createAccounts({ table: tableOver(new Map()), log: QUIET }),
    http: (egress) => ({
      async request(request) {
        const { pathname } = new URL(request.url);
        const watch = [...waiting].find(({ path }) => pathname.startsWith(path));
        if (watch !== undefined) {
          waiting.delete(watch);
          await watch.meanwhile(driver);
        }
        return env.http(egress).request(request);
      },
    }),
  };
  const parsed = pikpakDriverType.config.parse({ egress: 'sandbox-direct', ...DEMO });
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const driver = pikpakDriverType.create(parsed.ok, watchedEnv);
  return driver;
}
