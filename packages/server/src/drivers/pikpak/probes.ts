import type { Ctx, Env, Probe } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import type { AccountUse } from './account-use.ts';
import { type Credentials, isAnonymous } from './credentials.ts';
import type { ApiRoot } from './platforms.ts';
import { type JsonObject, objectOf, textOf } from './wire.ts';

const HEAD_TIMEOUT_MS = 10_000;
/** What connecting to an address that nobody listens at comes to, as Bun and Node name it. */
const UNREACHED = /REFUSED|NOTFOUND|EAI_|UNREACH|ConnectionRefused|FailedToOpenSocket/i;

interface ProbeOptions {
  readonly env: Env;
  readonly account: AccountUse;
  readonly credentials: Credentials;
  readonly egress: string;
  readonly apiRoot: ApiRoot;
}

/** The way to PikPak, step by step: out of this machine, to PikPak's two services, into the account, and from where PikPak sees us come. */
export function accountProbes(options: ProbeOptions): readonly Probe[] {
  const { account, apiRoot, credentials } = options;
  const ask = (path: string, ctx: Ctx): Promise<JsonObject> =>
    account.drive.call({ root: apiRoot, method: 'GET', path }, ctx);
  const anyone: Probe[] = [
    { name: 'egress', run: (ctx) => reachEgress(options, ctx) },
    { name: 'api', run: (ctx) => reachServices(options, ctx) },
  ];
  if (isAnonymous(credentials)) return anyone;
  return [
    ...anyone,
    {
      name: 'sign_in',
      async run(ctx) {
        await ask('/drive/v1/about', ctx);
        return account.guest
          ? 'Another storage has signed in to this account already. A new password is tried when you save it.'
          : 'PikPak lets this account in.';
      },
    },
    { name: 'region', run: async (ctx) => placeIn(await region(ask, ctx)) },
  ];
}

/** Whether something listens where the proxy should be. What it is good for is the next step's affair. */
async function reachEgress({ env, egress }: ProbeOptions, { signal }: Ctx): Promise<string> {
  env.http(egress); // refuses what is no way out
  const proxy = egress.includes('://') ? URL.parse(egress) : null;
  if (proxy === null) return egress === '' ? 'Directly from this server.' : `Through "${egress}".`;
  try {
    const url = `http://${proxy.hostname}:${proxy.port || defaultPort(proxy.protocol)}/`;
    const { body } = await env.http('').request({ method: 'GET', url, signal, headTimeoutMs: 3000 });
    body.on('error', () => {}).destroy(); // whoever answers is there
  } catch (error) {
    const gone = error instanceof StorageError && UNREACHED.test(error.detail.vendorCode ?? '');
    if (gone || signal.aborted) throw gone ? unreached(proxy.host) : error;
    // Proxies of other kinds than HTTP have no answer to this, but are there.
  }
  return `The proxy at ${proxy.host} can be reached.`;
}

function defaultPort(protocol: string): string {
  if (protocol.startsWith('socks')) return '1080';
  return protocol === 'https:' ? '443' : '80';
}

function unreached(host: string): StorageError {
  return new StorageError('unavailable', `Nothing answers at the proxy's address, ${host}.`, {
    detail: {
      reason: 'proxy_gone',
      params: { host },
      remedy: 'Check that the proxy runs, and its host and port in "Egress".',
    },
  });
}

/** Any answer will do: neither service does anything without a token. Certificates are checked on the way. */
async function reachServices({ env, egress, apiRoot }: ProbeOptions, { signal }: Ctx): Promise<string> {
  const hosts = [`user.${apiRoot}`, `api-drive.${apiRoot}`];
  const paths = ['/v1/user/me', '/drive/v1/about'];
  await Promise.all(
    hosts.map(async (host, index) => {
      const url = `https://${host}${paths[index] ?? '/'}`;
      const { status, body } = await env
        .http(egress)
        .request({ method: 'GET', url, signal, headTimeoutMs: HEAD_TIMEOUT_MS });
      body.on('error', () => {}).destroy(); // the head was all that matters
      if (status >= 500) {
        throw new StorageError('unavailable', `${host} answers, but with status ${status}.`, {
          detail: {
            reason: 'service_down',
            params: { host, status },
            remedy: 'Wait, or choose another "API address".',
          },
        });
      }
    }),
  );
  return `${hosts.join(' and ')} answer, with certificates that hold.`;
}

/** A platform that doesn't tell is no fault of the storage. */
async function region(
  ask: (path: string, ctx: Ctx) => Promise<JsonObject>,
  ctx: Ctx,
): Promise<JsonObject | undefined> {
  try {
    return objectOf((await ask('/drive/v1/privilege/area_country_code', ctx))['data']);
  } catch (error) {
    if (error instanceof StorageError && ['not_found', 'unsupported', 'protocol'].includes(error.code)) {
      return undefined;
    }
    throw error;
  }
}

/** The address as which PikPak sees an account's requests come; undefined when it does not tell. */
export async function seenAs(account: AccountUse, apiRoot: ApiRoot, ctx: Ctx): Promise<string | undefined> {
  const ask = (path: string): Promise<JsonObject> =>
    account.drive.call({ root: apiRoot, method: 'GET', path }, ctx);
  return textOf((await region(ask, ctx))?.['ip']) || undefined;
}

/** Protocol reference §3.12. */
function placeIn(data: JsonObject | undefined): string {
  const country = textOf(data?.['countryCode']);
  if (country === '') return 'PikPak does not tell from where it sees this storage come.';
  const address = textOf(data?.['ip']);
  return `PikPak sees this storage come from ${country}${address === '' ? '' : ` (${address})`}.`;
}
