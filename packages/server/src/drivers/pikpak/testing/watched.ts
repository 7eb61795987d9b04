import { createAccounts } from '../../../accounts/registry.ts';
import type { Driver, Env } from '../../../core/driver.ts';
import { pikpakDriverType } from '../index.ts';
import { DEMO, QUIET, tableOver, type World } from './sandbox-world.ts';

/**
 * A driver on the demo account, with a session of its own. Before its first request to a path that begins with `path` is sent, `meanwhile` runs:
 * what another program, or a caller, does just then.
 */
export function openWatched(
  { env }: World,
  watch: { readonly path: string; readonly meanwhile: (driver: Driver) => Promise<unknown> },
): Driver {
  let waiting = true;
  const watchedEnv: Env = {
    ...env,
    accounts: createAccounts({ table: tableOver(new Map()), log: QUIET }),
    http: (egress) => ({
      async request(request) {
        if (waiting && new URL(request.url).pathname.startsWith(watch.path)) {
          waiting = false;
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
