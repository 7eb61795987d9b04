import { afterEach, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { startSandbox } from '@sluice/sandbox';
import type { HttpResponse } from '../../core/http-client.ts';
import { parseRoute } from '../route.ts';
import {
  endless,
  startHttpProxy,
  startOrigin,
  startSilentServer,
  startSocksProxy,
} from '../testing/servers.ts';
import { createWire, type Wire } from './wire.ts';

const toClose: (() => void)[] = [];
afterEach(() => {
  for (const close of toClose.splice(0)) close();
});

function closing<T extends { close(): void }>(one: T): T {
  toClose.push(() => one.close());
  return one;
}

function wireBy(egress: string): Wire {
  return closing(createWire(parseRoute(egress, new Map())));
}

function get(wire: Wire, url: string, options: { signal?: AbortSignal; headTimeoutMs?: number } = {}) {
  const { signal = new AbortController().signal } = options;
  return wire.get({ method: 'GET', url, ...options, signal }, () => {});
}

/** What an attempt failed with. */
async function failure(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function readFailure({ body }: HttpResponse): Promise<unknown> {
  return failure(buffer(body));
}

describe('a bulk request', () => {
  test('brings head and body, and keeps its connection for the next', async () => {
    const origin = closing(
      await startOrigin((req, res) => res.end(`${req.url} ${String(req.headers['x-own'])}`)),
    );
    const wire = wireBy('');
    for (const path of ['/a?b=1', '/c']) {
      const url = `http://127.0.0.1:${origin.port}${path}`;
      const { signal } = new AbortController();
      const answer = await wire.get({ method: 'GET', url, headers: { 'X-Own': 'yes' }, signal }, () => {});
      expect([answer.status, await text(answer.body)]).toEqual([200, `${path} yes`]);
    }
    expect(origin.accepted()).toBe(1);
  });

  test('gives every byte of a large body to a reader that pauses again and again', async () => {
    const sent = Buffer.alloc(12_345_678, 'sluice gate ');
    const origin = closing(await startOrigin((_, res) => res.end(sent)));
    const { body } = await get(wireBy(''), `http://127.0.0.1:${origin.port}/`);
    const got: Buffer[] = [];
    body.on('data', (chunk: Buffer) => {
      got.push(chunk);
      body.pause();
      setImmediate(() => body.resume());
    });
    await once(body, 'end');
    expect(Buffer.concat(got).equals(sent)).toBe(true);
  });

  test('gives every byte to a reader that pauses while the server sends the rest and closes', async () => {
    const sent = Buffer.alloc(300_000, 'sluice gate ');
    const origin = closing(
      await startOrigin((_, res) => {
        res.writeHead(200, { connection: 'close' }); // in chunks
        res.end(sent);
      }),
    );
    const { body } = await get(wireBy(''), `http://127.0.0.1:${origin.port}/`);
    body.pause();
    await origin.drained(0);
    expect((await buffer(body)).equals(sent)).toBe(true);
  });

  test('that still connects when its way out is closed fails', async () => {
    const origin = closing(await startOrigin((_, res) => res.end('too late')));
    const wire = wireBy('');
    const asked = failure(get(wire, `http://127.0.0.1:${origin.port}/`));
    wire.close();
    expect(await asked).toMatchObject({ code: 'unavailable' });
    await origin.drained(0);
  });

  test('whose idle connection turns out to be closed is sent again', async () => {
    let answers = 0;
    const origin = closing(
      await startOrigin((req, res) => {
        answers += 1;
        if (answers === 2) req.socket.destroy();
        else res.end('fine');
      }),
    );
    const wire = wireBy('');
    for (let i = 0; i < 2; i += 1) {
      expect(await text((await get(wire, `http://127.0.0.1:${origin.port}/`)).body)).toBe('fine');
    }
    expect(origin.accepted()).toBe(2);
  });

  test.each<[string, (res: ServerResponse) => void]>([
    ['of known length', (res) => res.writeHead(200, { 'content-length': '100' })],
    ['in chunks', (res) => res.writeHead(200, { 'transfer-encoding': 'chunked' })],
  ])('with a body %s that breaks off fails its reader', async (_, begin) => {
    const origin = closing(
      await startOrigin((_req, res) => {
        begin(res);
        res.write('half', () => res.destroy());
      }),
    );
    const answer = await get(wireBy(''), `http://127.0.0.1:${origin.port}/`);
    expect(await readFailure(answer)).toMatchObject({ code: 'unavailable' });
  });

  test('to nobody is unavailable, with the host in its words and no address beyond', async () => {
    const origin = await startOrigin(() => {});
    origin.close();
    const error = await failure(get(wireBy(''), `http://127.0.0.1:${origin.port}/secret`));
    expect(error).toMatchObject({ code: 'unavailable', message: 'No connection to 127.0.0.1.' });
  });

  test('whose head does not come is a timeout and keeps no socket', async () => {
    const silent = closing(await startSilentServer());
    const error = await failure(get(wireBy(''), `http://127.0.0.1:${silent.port}/`, { headTimeoutMs: 50 }));
    expect(error).toMatchObject({ code: 'timeout' });
    await silent.drained(0);
  });

  test('stops with its signal before the head and in mid-body, and frees the socket', async () => {
    const silent = closing(await startSilentServer());
    const stop = new AbortController();
    const asked = failure(get(wireBy(''), `http://127.0.0.1:${silent.port}/`, { signal: stop.signal }));
    stop.abort();
    expect(await asked).toMatchObject({ name: 'AbortError' });
    await silent.drained(0);

    const origin = closing(await startOrigin((_, res) => endless(res)));
    const leave = new AbortController();
    const answer = await get(wireBy(''), `http://127.0.0.1:${origin.port}/`, { signal: leave.signal });
    await once(answer.body, 'data');
    const read = readFailure(answer);
    leave.abort();
    expect(await read).toMatchObject({ name: 'AbortError' });
    await origin.drained(0);
  });

  test('that is closed with its way out looks broken, not whole', async () => {
    const origin = closing(
      await startOrigin((req) => {
        req.socket.write('HTTP/1.1 200 OK\r\n\r\nas long as it lasts');
      }),
    );
    const wire = wireBy('');
    const answer = await get(wire, `http://127.0.0.1:${origin.port}/`);
    const read = readFailure(answer);
    wire.close();
    expect(await read).toMatchObject({ code: 'unavailable' });
  });

  test.each(['HTTP/9 hello\r\n\r\n', `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(70_000)}`])(
    'answered by what is not HTTP is refused',
    async (answer) => {
      const origin = closing(await startOrigin((req) => void req.socket.write(answer)));
      const error = await failure(get(wireBy(''), `http://127.0.0.1:${origin.port}/`));
      expect(error).toMatchObject({ code: 'protocol' });
      await origin.drained(0);
    },
  );
});

describe('through a proxy', () => {
  test('by CONNECT, with decoded credentials', async () => {
    const origin = closing(await startOrigin((_, res) => res.end('there')));
    const proxy = closing(await startHttpProxy(origin.port));
    const answer = await get(wireBy(`http://us%3Aer:p%40ss@127.0.0.1:${proxy.port}`), 'http://cdn.test/file');
    expect(await text(answer.body)).toBe('there');
    expect(proxy.targets).toEqual(['cdn.test:80']);
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from('us:er:p@ss').toString('base64')}`]);
  });

  test('by SOCKS5, which is left to find the name', async () => {
    const origin = closing(await startOrigin((_, res) => res.end('there')));
    const proxy = closing(await startSocksProxy(origin.port));
    const answer = await get(wireBy(`socks5h://user:p%40ss@127.0.0.1:${proxy.port}`), 'http://cdn.test/file');
    expect(await text(answer.body)).toBe('there');
    expect(proxy.targets).toEqual(['cdn.test:80']);
    expect(proxy.credentials).toEqual(['user:p@ss']);
  });

  test.each([
    ['socks5h', '[2001:db8::1:2]', `20010db8${'0'.repeat(16)}00010002`],
    ['socks5h', '198.51.100.7', '198.51.100.7'],
    ['socks5', '198.51.100.7', '198.51.100.7'],
    ['socks5', 'localhost', /^(?:127\.0\.0\.1|0{31}1)$/],
  ])('by %s to %s, as an address', async (kind, host, target) => {
    const origin = closing(await startOrigin((_, res) => res.end('there')));
    const proxy = closing(await startSocksProxy(origin.port));
    const answer = await get(wireBy(`${kind}://u:p@127.0.0.1:${proxy.port}`), `http://${host}:8080/file`);
    expect(await text(answer.body)).toBe('there');
    expect(proxy.targets[0]?.replace(/:8080$/, '')).toMatch(target);
  });

  test('that wants other credentials is a matter of settings', async () => {
    const proxy = closing(await startHttpProxy(1, 407));
    const error = await failure(get(wireBy(`http://127.0.0.1:${proxy.port}`), 'http://cdn.test/'));
    expect(error).toMatchObject({ code: 'misconfigured', detail: { reason: 'proxy_credentials' } });
    await proxy.drained(0);
  });
});

test('https is spoken only with whom the certificate names, directly and through a proxy', async () => {
  const sandbox = await startSandbox();
  const other = await startSandbox(); // another authority under the same names
  await other.stop();
  const named = (ca: string) => ({
    direct: { kind: 'direct', connectTo: { host: '127.0.0.1', port: sandbox.port }, ca } as const,
    proxied: { kind: 'proxy', proxyUrl: `http://127.0.0.1:${sandbox.proxyPort}`, ca } as const,
  });
  const ask = (kind: 'direct' | 'proxied', ca: string, url: string) =>
    get(closing(createWire(parseRoute(kind, new Map(Object.entries(named(ca)))))), url);
  const url = 'https://api-drive.mypikpak.com/drive/v1/files';
  try {
    for (const kind of ['direct', 'proxied'] as const) {
      expect(await text((await ask(kind, sandbox.caPem, url)).body)).toContain('unauthenticated');
      const distrusted = await failure(ask(kind, other.caPem, url));
      expect(distrusted).toMatchObject({ detail: { reason: 'bad_certificate' } });
      expect(distrusted).toMatchObject({ code: 'unavailable' });
    }
    const misnamed = await failure(ask('direct', sandbox.caPem, 'https://example.org/'));
    expect(misnamed).toMatchObject({ code: 'unavailable', detail: { reason: 'bad_certificate' } });
  } finally {
    await sandbox.stop();
  }
});
