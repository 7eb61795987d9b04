import { afterEach, describe, expect, test } from 'bun:test';
import { createHmac } from 'node:crypto';
import http from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createEdge } from '../packages/edge/src/edge.ts';
import { readEdgeConfig } from '../packages/edge/src/config.ts';
import { serveEdge } from '../packages/edge/src/serve.ts';
import { startWorld, type World } from './world.ts';

const DEMO = { username: 'demo@sluice.test', password: 'sluice-demo' };
const FILE = '/proxied/Big/4GiB.bin';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** Byte i of the file is i mod 251. */
function expected(start: number, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => (start + i) % 251);
}

async function world(): Promise<{ world: World; token: string }> {
  const started = await startWorld(undefined, { httpLinks: true });
  cleanups.push(started.stop);
  const { data } = await started.call('/admin/download_proxy/token');
  return { world: started, token: data.token };
}

/** A running worker of ours. The sandbox's downloads are on loopback, which must be allowed by name. */
async function edgeFor({ world: { url }, token }: { world: World; token: string }): Promise<string> {
  const config = readEdgeConfig({ ADDRESS: url, TOKEN: token, ALLOWED_HOSTS: '127.0.0.1' });
  const server = await serveEdge(createEdge(config), { host: '127.0.0.1', port: 0 });
  cleanups.push(() => server.close());
  return server.url;
}

const manual: RequestInit = { redirect: 'manual' };

describe('a storage whose bytes go through a download proxy of ours', () => {
  test('sends the client there, and the right bytes come', async () => {
    const there = await world();
    const edge = await edgeFor(there);
    await there.world.add('/proxied', { ...DEMO, egress: 'here' }, { web_proxy: true, down_proxy_url: edge });
    const { sign } = (await there.world.call('/fs/get', { path: FILE })).data;
    const sent = await fetch(`${there.world.url}/p${FILE}?sign=${sign}`, manual);
    expect(sent.status).toBe(302);
    const location = sent.headers.get('location') ?? '';
    expect(location).toStartWith(`${edge}${FILE}?sign=`);
    expect(location).not.toContain(sign); // the proxy's key opens nothing at the gateway

    const start = 3_000_000_000;
    const part = await fetch(location, { headers: { Range: `bytes=${start}-${start + 99_999}` } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes ${start}-${start + 99_999}/4294967296`);
    expect(await part.bytes()).toEqual(expected(start, 100_000));
    const head = await fetch(location, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe('4294967296');
  });

  test('lets go of the cloud when the client leaves', async () => {
    const there = await world();
    const edge = await edgeFor(there);
    await there.world.add('/proxied', { ...DEMO, egress: 'here' }, { web_proxy: true, down_proxy_url: edge });
    const { sign } = (await there.world.call('/fs/get', { path: FILE })).data;
    const { headers } = await fetch(`${there.world.url}/p${FILE}?sign=${sign}`, manual);
    const leaving = new AbortController();
    const whole = await fetch(headers.get('location') ?? '', { signal: leaving.signal });
    await whole.body?.getReader().read();
    expect(there.world.sandbox.stats().openCdnConnections).toBe(1);
    leaving.abort();
    while (there.world.sandbox.stats().openCdnConnections > 0) await Bun.sleep(10); // the test's own limit ends this
  });

  test('asks for another link when the cloud refuses the one it has', async () => {
    const there = await world();
    const edge = await edgeFor(there);
    await there.world.add('/proxied', { ...DEMO, egress: 'here' }, { web_proxy: true, down_proxy_url: edge });
    const { sign } = (await there.world.call('/fs/get', { path: FILE })).data;
    const { headers } = await fetch(`${there.world.url}/p${FILE}?sign=${sign}`, manual);
    const read = async () => {
      const res = await fetch(headers.get('location') ?? '', { headers: { Range: 'bytes=0-9' } });
      return res.status;
    };
    expect(await read()).toBe(206);
    there.world.sandbox.clock.advance(2 * 86_400_000); // links live for a day of the sandbox's clock
    expect(await read()).toBe(206);
  });

  test('says what is wrong when links hold for the address of the gateway alone', async () => {
    const there = await world();
    const edge = await edgeFor(there);
    await there.world.add('/proxied', { ...DEMO, egress: 'asia' }, { web_proxy: true, down_proxy_url: edge });
    const { sign } = (await there.world.call('/fs/get', { path: FILE })).data;
    const refused = await fetch(`${there.world.url}/p${FILE}?sign=${sign}`);
    expect(refused.status).toBe(502);
    expect(await refused.text()).toContain('only for the address of the gateway');
  });
});

describe('the protocol of the workers that are out there (API reference §5.4)', () => {
  /** What such a worker does for one request, step by step as the reference has it. */
  async function workerStep(address: string, token: string, request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = decodeURIComponent(url.pathname);
    const sign = url.searchParams.get('sign') ?? '';
    const expire = sign.slice(sign.lastIndexOf(':') + 1);
    const mac = createHmac('sha256', token).update(`${path}:${expire}`).digest('base64');
    const right = `${mac.replaceAll('+', '-').replaceAll('/', '_')}:${expire}`;
    if (sign !== right) return Response.json({ code: 401, message: 'sign mismatch' });
    const asked = await fetch(`${address}/api/fs/link`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json;charset=UTF-8', Authorization: token },
      body: JSON.stringify({ path }),
    });
    const answer = (await asked.json()) as {
      code: number;
      data: { url: string; header: Record<string, string[]> | null };
    };
    if (answer.code !== 200) return Response.json(answer);
    const headers = new Headers(request.headers);
    for (const [name, values] of Object.entries(answer.data.header ?? {})) {
      for (const value of values) headers.set(name, value);
    }
    return fetch(answer.data.url, { headers });
  }

  test.each([
    ['the token that the gateway made', undefined],
    ['the token of an AList that stood here before', 'alist-0b5bd05a-4a3b-4a4b-9a1b-1f7d2f4b1c2dABCDEF'],
  ])('works with %s', async (_, imported) => {
    const there = await world();
    const { call } = there.world;
    if (imported !== undefined) await call('/admin/download_proxy/token', { token: imported });
    const token = imported ?? there.token;
    const answer = async (req: http.IncomingMessage, res: http.ServerResponse): Promise<void> => {
      const headers = new Headers(req.headers.range === undefined ? {} : { range: req.headers.range });
      const request = new Request(`http://worker${req.url}`, { headers });
      const got = await workerStep(there.world.url, token, request);
      res.writeHead(got.status, Object.fromEntries(got.headers));
      res.end(await got.bytes());
    };
    const worker = http.createServer((req, res) => void answer(req, res));
    worker.listen(0, '127.0.0.1');
    await once(worker, 'listening');
    cleanups.push(() => worker.close());
    const at = `http://127.0.0.1:${(worker.address() as AddressInfo).port}`;
    await there.world.add('/proxied', { ...DEMO, egress: 'here' }, { web_proxy: true, down_proxy_url: at });
    const { sign } = (await call('/fs/get', { path: FILE })).data;
    const headers = { Range: 'bytes=1000-1999' };
    const part = await fetch(`${there.world.url}/d${FILE}?sign=${sign}`, { headers });
    expect(part.status).toBe(206);
    expect(await part.bytes()).toEqual(expected(1000, 1000));
  });

  test('the token of download proxies opens fs/link and nothing else', async () => {
    const { world: there, token } = await world();
    await there.add('/proxied', { ...DEMO, egress: 'here' });
    const post = async (path: string, authorization: string, body: object = { path: FILE }) => {
      const res = await fetch(`${there.url}/api${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: authorization },
        body: JSON.stringify(body),
      });
      return ((await res.json()) as { code: number }).code;
    };
    expect(await post('/fs/link', token)).toBe(200);
    expect(await post('/fs/link', there.token())).toBe(200);
    expect(await post('/fs/link', '')).toBe(401);
    expect(await post('/fs/link', `${token}x`)).toBe(401);
    expect(await post('/fs/list', token)).toBe(401);
    expect(await post('/admin/download_proxy/token', token, {})).toBe(401);
    expect(await post('/admin/download_proxy/token', there.token(), {})).toBe(200);
    expect(await post('/fs/link', token)).toBe(401); // replaced
    expect(await post('/admin/download_proxy/token', there.token(), { token: 'short' })).not.toBe(200);
  });
});
