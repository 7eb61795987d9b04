import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, launch, type Measured, untilUp } from './process.ts';

const ROOT = join(import.meta.dir, '..');
const PASSWORD = 'bench-password-1';

/** The sandbox and one gateway that reaches it through its proxy, as two processes. */
export interface Bench {
  readonly gateway: Measured;
  readonly url: string;
  /** Milliseconds from the start of the process to its first answer. */
  readonly startMs: number;
  readonly sandbox: { readonly url: string; readonly proxyPort: number; readonly caFile: string };
  /** Calls AList's API as admin and gives `data`. @throws with the message when the code is not 200. */
  api(path: string, body?: unknown): Promise<unknown>;
  /** Milliseconds until the last byte of an answer of the API is there, unread. */
  time(path: string, body: unknown): Promise<number>;
  /** Requests that the sandbox has seen, by method and path pattern. */
  upstream(): Promise<Record<string, number>>;
  /** Connections to the sandbox's CDN that are open now. */
  openDownloads(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts both, signs in, mounts the demo account at `/demo`. */
export async function startBench(): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const caFile = join(folder, 'ca.pem');
  const [port, proxyPort, gatewayPort] = [await freePort(), await freePort(), await freePort()];
  const bun = process.execPath;
  const ports = ['--port', port, '--proxy-port', proxyPort].map(String);
  const sandboxArgs = [...ports, '--ca', caFile, '--no-connection-limits'];
  const sandbox = launch([bun, join(ROOT, 'packages/sandbox/src/main.ts'), ...sandboxArgs], {});
  const sandboxUrl = `https://127.0.0.1:${port}`;
  await untilUp(`${sandboxUrl}/_sandbox/stats`);

  const gateway = launch([bun, join(ROOT, 'packages/server/src/main.ts'), 'serve'], {
    SLUICE_PORT: String(gatewayPort),
    SLUICE_DATA: join(folder, 'data'),
    SLUICE_ADMIN_PASSWORD: PASSWORD,
    SLUICE_LOG: 'error',
    NODE_EXTRA_CA_CERTS: caFile,
  });
  const url = `http://127.0.0.1:${gatewayPort}`;
  const startMs = await untilUp(`${url}/ping`);
  const signedIn = await signIn(url);
  const bench: Bench = {
    gateway,
    url,
    startMs,
    sandbox: { url: sandboxUrl, proxyPort, caFile },
    ...signedIn,
    upstream: async () => (await stats(sandboxUrl)).requests,
    openDownloads: async () => (await stats(sandboxUrl)).openDownloads,
    stop: async () => {
      await gateway.stop();
      await sandbox.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return bench;
}

/** Mounts the sandbox's demo account. */
export async function mountDemo(bench: Bench): Promise<void> {
  await bench.api('/api/admin/storage/create', {
    mount_path: '/demo',
    driver: 'PikPak',
    addition: JSON.stringify({
      username: 'demo@sluice.test',
      password: 'sluice-demo',
      egress: `http://127.0.0.1:${bench.sandbox.proxyPort}`,
    }),
  });
}

async function signIn(url: string): Promise<Pick<Bench, 'api' | 'time'>> {
  const post = (token: string, path: string, body?: unknown): Promise<Response> =>
    fetch(url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: token, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const call = async (token: string, path: string, body?: unknown): Promise<unknown> => {
    const envelope = (await (await post(token, path, body)).json()) as Envelope;
    if (envelope.code !== 200) throw new Error(`${path}: ${envelope.message}`);
    return envelope.data;
  };
  const data = await call('', '/api/auth/login', { username: 'admin', password: PASSWORD });
  const { token } = data as { token: string };
  return {
    api: (path, body) => call(token, path, body),
    time: async (path, body) => {
      const began = performance.now();
      await (await post(token, path, body)).arrayBuffer();
      return performance.now() - began;
    },
  };
}

interface Envelope {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}

async function stats(url: string): Promise<{ requests: Record<string, number>; openDownloads: number }> {
  const response = await fetch(`${url}/_sandbox/stats`, { tls: { rejectUnauthorized: false } });
  const raw = (await response.json()) as { requests: Record<string, number>; open_cdn_connections: number };
  return { requests: raw.requests, openDownloads: raw.open_cdn_connections };
}
