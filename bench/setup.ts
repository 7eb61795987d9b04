import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Contender, encoded, OURS, type Target } from './contender.ts';
import { propfind } from './peers.ts';
import { freePort, launch, type Measured, untilUp } from './process.ts';

const ROOT = join(import.meta.dir, '..');
/** Of admin, in every gateway of the bench. */
export const PASSWORD = 'bench-password-1';
const BUN = process.execPath;

/** The stand-in for the cloud, in a process of its own. */
export interface SandboxAt {
  readonly url: string;
  readonly port: number;
  readonly proxyPort: number;
  readonly caFile: string;
}

/** The sandbox and one gateway that reaches it through its proxy, as two processes; and whoever is measured beside. */
export interface Bench {
  readonly gateway: Measured;
  readonly url: string;
  /** Milliseconds from the start of the process to its first answer. */
  readonly startMs: number;
  readonly sandbox: SandboxAt;
  /** A folder for whatever a row needs; it goes when the bench ends. */
  readonly folder: string;
  /** The gateway first, then the peers. */
  readonly contenders: readonly Contender[];
  /** Calls AList's API as admin and gives `data`. @throws with the message when the code is not 200. */
  readonly api: Api;
  /** Requests that the sandbox has seen, by method and path pattern. */
  upstream(): Promise<Record<string, number>>;
  /** Connections to the sandbox's CDN that are open now. */
  openDownloads(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts the gateway, and a sandbox unless one runs already, and signs in.
 * @param running a sandbox that peers are set up with; started without connection limits
 */
export async function startBench(running?: SandboxAt): Promise<Omit<Bench, 'contenders'>> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const own = running === undefined ? await startSandboxProcess(folder) : undefined;
  const sandbox = own?.at ?? running;
  if (sandbox === undefined) throw new Error('there is no sandbox');
  const { gateway, url, startMs } = await startGatewayProcess(join(folder, 'data'), sandbox);
  return {
    gateway,
    url,
    startMs,
    sandbox,
    folder,
    api: await signIn(url),
    upstream: async () => (await stats(sandbox.url)).requests,
    openDownloads: async () => (await stats(sandbox.url)).openDownloads,
    stop: async () => {
      await gateway.stop();
      await own?.process.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param flags more arguments for it */
export async function startSandboxProcess(
  folder: string,
  flags: readonly string[] = [],
): Promise<{ readonly process: Measured; readonly at: SandboxAt }> {
  const [port, proxyPort] = [await freePort(), await freePort()];
  const caFile = join(folder, `ca-${port}.pem`);
  const ports = ['--port', port, '--proxy-port', proxyPort].map(String);
  const command = [BUN, join(ROOT, 'packages/sandbox/src/main.ts'), ...ports, '--ca', caFile];
  const process = launch([...command, '--no-connection-limits', ...flags]);
  const url = `https://127.0.0.1:${port}`;
  await untilUp(`${url}/_sandbox/stats`);
  return { process, at: { url, port, proxyPort, caFile } };
}

/** `sluice serve`, bundled as `npm start` runs it, on a data folder; nothing is mounted by it. */
export async function startGatewayProcess(
  data: string,
  sandbox: SandboxAt,
): Promise<{ readonly gateway: Measured; readonly url: string; readonly startMs: number }> {
  const port = await freePort();
  const gateway = launch([BUN, join(ROOT, 'packages/server/dist/main.js'), 'serve'], {
    SLUICE_PORT: String(port),
    SLUICE_DATA: data,
    SLUICE_ADMIN_PASSWORD: PASSWORD,
    SLUICE_LOG: 'error',
    NODE_EXTRA_CA_CERTS: sandbox.caFile,
  });
  const url = `http://127.0.0.1:${port}`;
  return { gateway, url, startMs: await untilUp(`${url}/ping`) };
}

/** Mounts the sandbox's demo account at `/demo`. */
export function mountDemo(bench: Pick<Bench, 'api' | 'sandbox'>): Promise<void> {
  return mountAccount(bench.api, `http://127.0.0.1:${bench.sandbox.proxyPort}`);
}

/** The same for a gateway of `direct-gateway.ts`. */
export function mountDirect(api: Api): Promise<void> {
  return mountAccount(api, 'loopback');
}

async function mountAccount(api: Api, egress: string): Promise<void> {
  const addition = JSON.stringify({ username: 'demo@sluice.test', password: 'sluice-demo', egress });
  await api('/api/admin/storage/create', { mount_path: '/demo', driver: 'PikPak', addition });
}

/** The gateway as one of those that are measured. */
export function ourselves({ api, gateway, url }: Pick<Bench, 'api' | 'gateway' | 'url'>): Contender {
  const file = async (door: '/p' | '/d', path: string, query: string): Promise<Target> => {
    const { sign } = (await api('/api/fs/get', { path })) as { sign: string };
    return { url: `${url}${door}${encoded(path)}?${query}sign=${sign}`, headers: {} };
  };
  const us = { name: OURS, user: 'admin', password: PASSWORD };
  return {
    name: OURS,
    process: gateway,
    download: (path) => file('/p', path, ''),
    redirect: (path) => file('/d', path, 'via=redirect&'),
    list: async (path) => void (await api('/api/fs/list', { path, page: 1, per_page: 0 }, false)),
    propfind: (path) => propfind(us, `${url}/dav${encoded(path)}/`),
  };
}

interface Envelope {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}

/** Signs in; gives calls of the API as admin. */
export async function signIn(url: string): Promise<Api> {
  const post = (token: string, path: string, body?: unknown): Promise<Response> =>
    fetch(url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: token, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const read = async (answer: Response, path: string): Promise<unknown> => {
    const envelope = (await answer.json()) as Envelope;
    if (envelope.code !== 200) throw new Error(`${path}: ${envelope.message}`);
    return envelope.data;
  };
  const token = await tokenOf(url);
  return async (called, body, parsed = true) => {
    const answer = await post(token, called, body);
    return parsed ? read(answer, called) : answer.arrayBuffer();
  };
}

/** A token of admin. */
export async function tokenOf(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: PASSWORD }),
  });
  const { code, message, data } = (await answer.json()) as Envelope;
  if (code !== 200) throw new Error(`signing in: ${message}`);
  return (data as { token: string }).token;
}

/** @param parsed false to take the bytes as they are, so that the client's own work on them is not measured */
type Api = (path: string, body?: unknown, parsed?: boolean) => Promise<unknown>;

async function stats(url: string): Promise<{ requests: Record<string, number>; openDownloads: number }> {
  const response = await fetch(`${url}/_sandbox/stats`, { tls: { rejectUnauthorized: false } });
  const raw = (await response.json()) as { requests: Record<string, number>; open_cdn_connections: number };
  return { requests: raw.requests, openDownloads: raw.open_cdn_connections };
}
