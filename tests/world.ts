import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { type Sandbox, type SandboxOptions, startSandbox } from '@sluice/sandbox';
import { createApp } from '../packages/server/src/app.ts';
import type { AppOverrides } from '../packages/server/src/wiring/parts.ts';
import type { AppConfig } from '../packages/server/src/config.ts';

const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

export interface State {
  readonly state: string;
  readonly action_url: string;
}

interface Step {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly message: string;
  readonly remedy: string;
}

interface Answer {
  readonly code: number;
  readonly message: string;
  readonly data: {
    readonly id: number;
    readonly state: State;
    readonly token: string;
    readonly sign: string;
    readonly total: number;
    readonly ok: boolean;
    readonly steps: readonly Step[];
    readonly problems: readonly { readonly field: string; readonly reason: string }[];
  };
}

/** A gateway in this process, on a sandbox. */
export interface World {
  readonly sandbox: Sandbox;
  readonly url: string;
  /** Signs in again, for tests that let the first token end. */
  readonly signIn: () => Promise<void>;
  readonly call: (path: string, body?: object) => Promise<Answer>;
  /** The `Authorization` of whoever is signed in. */
  readonly token: () => string;
  /** Adds a storage and gives its id, whether it works or not. */
  readonly add: (mountPath: string, addition: object, fields?: object) => Promise<number>;
  readonly stateOf: (id: number) => Promise<State>;
  readonly signIns: () => number;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a gateway whose way out `here` leads straight to a sandbox, `asia` and `europe` through proxies of it;
 * `stranger` comes to it without knowing its certificate.
 * @param clockOf the gateway's clock; the machine's unless given
 */
export async function startWorld(
  clockOf?: (sandbox: Sandbox) => NonNullable<AppOverrides['clock']>,
  options: SandboxOptions = {},
  settings: Partial<AppConfig> = {},
): Promise<World> {
  const sandbox = await startSandbox(options);
  const data = await mkdtemp(join(tmpdir(), 'sluice-check-'));
  const config = {
    host: '127.0.0.1',
    port: 0,
    data,
    adminPassword: 'admin-password',
    secretKey: undefined,
    trustedProxies: '',
    logLevel: 'error' as const,
    ...settings,
  };
  const here = {
    kind: 'direct',
    connectTo: { host: '127.0.0.1', port: sandbox.port },
    ca: sandbox.caPem,
  } as const;
  const asia = {
    kind: 'proxy',
    proxyUrl: `http://127.0.0.1:${sandbox.proxyPort}`,
    ca: sandbox.caPem,
  } as const;
  /** Straight to the sandbox as well, whose certificate it has no reason to trust. */
  const stranger = { ...here, ca: rootCertificates[0] ?? '' } as const;
  const europe = { ...asia, proxyUrl: `http://127.0.0.1:${sandbox.proxyPortEu}` } as const;
  const clock = clockOf === undefined ? {} : { clock: clockOf(sandbox) };
  const app = await createApp(config, { log: QUIET, egress: { here, stranger, asia, europe }, ...clock });
  const { url } = await app.start();
  let token = '';
  const call: World['call'] = async (path, body) => {
    const res = await fetch(`${url}/api${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await res.json()) as Answer;
  };
  const signIn = async (): Promise<void> => {
    token = (await call('/auth/login', { username: 'admin', password: 'admin-password' })).data.token;
  };
  await signIn();
  return {
    sandbox,
    url,
    signIn,
    call,
    token: () => token,
    add: async (mount_path, addition, fields = {}) =>
      (
        await call('/admin/storage/create', {
          mount_path,
          driver: 'PikPak',
          addition: JSON.stringify(addition),
          ...fields,
        })
      ).data.id,
    stateOf: async (id) => (await call(`/admin/storage/get?id=${id}`)).data.state,
    signIns: () => sandbox.stats().signIns,
    stop: async () => {
      await app.stop();
      await sandbox.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}
