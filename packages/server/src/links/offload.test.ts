import { afterEach, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Link } from '../core/link.ts';
import { parseTrustedProxies } from '../http/client-address.ts';
import { systemClock } from '../runtime/system.ts';
import { createGateway } from './gateway-stream.ts';
import { createXAccel } from './offload.ts';
import {
  type Answer,
  fakeFile,
  playCtx,
  serveRange,
  serveStatus,
  startFakeUpstream,
} from './testing/upstream.ts';

const SIZE = 5000;
const ASK = { 'X-Sluice-Offload': 'x-accel' };
const log = { debug() {}, info() {}, warn() {}, error() {} };

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

interface Setup {
  readonly urls: readonly string[];
  readonly link?: Partial<Link>;
  readonly trusted?: string;
  readonly direct?: boolean;
  readonly hosts?: readonly string[];
}

/** A server that answers every request by handing over bytes 10–19 of a file, or with `moved` when it was not taken. */
async function server({ urls, link, trusted = '127.0.0.1', direct = true, hosts = ['127.0.0.1'] }: Setup) {
  const file = fakeFile(SIZE, urls, link);
  const offload = createXAccel({
    gateway: createGateway({ clock: systemClock(), log }),
    hosts,
    trusted: parseTrustedProxies(trusted),
    isDirect: () => direct,
  });
  const listening = http.createServer((req, res) => {
    const job = { file, range: { start: 10, end: 20 }, ctx: playCtx(new AbortController().signal) };
    res.statusCode = 206;
    res.setHeader('Content-Range', `bytes 10-19/${SIZE}`);
    offload.take(req, res, job).then(
      (taken) => taken || res.end('moved'),
      (error: unknown) => res.end(String(error)),
    );
  });
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  cleanups.push(() => {
    listening.closeAllConnections();
    listening.close();
  });
  const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  return { file, ask: (headers: Record<string, string> = ASK) => fetch(url, { headers }) };
}

async function cloud(...answers: readonly Answer[]) {
  const upstream = await startFakeUpstream(...answers);
  cleanups.push(upstream.close);
  return upstream;
}

describe('handing a body over to nginx', () => {
  test('says where the bytes are, which, and what the upstream needs; and sends none', async () => {
    const { url } = await cloud(serveRange(SIZE));
    const { ask } = await server({ urls: [`${url}/f?x=1`], link: { headers: { 'User-Agent': 'Player/1' } } });
    const answer = await ask();
    expect(answer.headers.get('x-accel-redirect')).toBe('/_sluice_offload');
    expect(answer.headers.get('x-sluice-upstream')).toBe(`${url}/f?x=1`);
    expect(answer.headers.get('x-sluice-range')).toBe('bytes=10-19');
    expect(answer.headers.get('x-sluice-user-agent')).toBe('Player/1');
    expect(answer.headers.get('content-range')).toBeNull();
    expect(await answer.text()).toBe('');
  });

  test('a link is tried once, however often it is handed over', async () => {
    const upstream = await cloud(serveRange(SIZE));
    const { ask } = await server({ urls: [upstream.url] });
    for (let n = 0; n < 5; n += 1) await (await ask()).text();
    expect(upstream.ranges).toEqual(['bytes=10-10']);
  });

  test('a file of another size than listed is refused as everywhere', async () => {
    const { url } = await cloud(serveRange(SIZE - 1));
    const answer = await (await server({ urls: [url] })).ask();
    expect(answer.headers.get('x-accel-redirect')).toBeNull();
    expect(await answer.text()).toContain('4999 bytes');
  });

  test('a link that is refused is renewed before nginx hears of it', async () => {
    const stale = await cloud(serveStatus(403));
    const fresh = await cloud(serveRange(SIZE));
    const { ask } = await server({ urls: [stale.url, fresh.url] });
    expect((await ask()).headers.get('x-sluice-upstream')).toBe(`${fresh.url}/`);
  });

  test('a link that nginx was refused is dropped, and the gateway moves the bytes', async () => {
    const [first, second] = [await cloud(serveRange(SIZE)), await cloud(serveRange(SIZE))];
    const { ask } = await server({ urls: [first.url, second.url] });
    await ask();
    const again = await ask({ 'X-Sluice-Refused': `${first.url}/` });
    expect(await again.text()).toBe('moved');
    expect((await ask()).headers.get('x-sluice-upstream')).toBe(`${second.url}/`);
  });

  test('a client that names a refused link by guess drops nothing', async () => {
    const [first, second] = [await cloud(serveRange(SIZE)), await cloud(serveRange(SIZE))];
    const { ask, file } = await server({ urls: [first.url, second.url] });
    await ask({ 'X-Sluice-Refused': 'https://dl.example.net/' });
    await ask();
    expect(file.linkCalls).toBe(1);
  });
});

describe('the gateway moves the bytes itself', () => {
  const isMoved = async (setup: Partial<Setup>, headers?: Record<string, string>) => {
    const { url } = await cloud(serveRange(SIZE));
    const answer = await (await server({ urls: [url], ...setup })).ask(headers);
    expect(answer.headers.get('x-sluice-upstream')).toBeNull();
    expect(await answer.text()).toBe('moved');
  };

  test('for a client that asks like nginx, but is no trusted proxy', () => isMoved({ trusted: '10.0.0.1' }));
  test('for a trusted proxy that does not ask', () => isMoved({}, {}));
  test('for a storage with a way out of its own', () => isMoved({ direct: false }));
  test('for a host that is not on the list', () => isMoved({ hosts: ['*.example.net'] }));
  test('for a link with a header that nginx can not carry', () =>
    isMoved({ link: { headers: { 'X-Key': '1' } } }));
  test('for a link that stops before the end of the file', () => isMoved({ link: { playableBytes: 100 } }));
});
