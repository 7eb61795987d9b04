import { afterEach, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { StorageError } from '../core/errors.ts';
import type { HttpRequest, HttpResponse } from '../core/http-client.ts';
import type { Log } from '../core/runtime.ts';
import { createEgress, type Egress, type NamedEgress } from './egress.ts';
import {
  endless,
  type Handler,
  startHttpProxy,
  startOrigin,
  startSilentServer,
  startSocksProxy,
  type TestServer,
} from './testing/servers.ts';

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
const opened: { close(): void }[] = [];

afterEach(() => {
  for (const thing of opened.splice(0)) thing.close();
});

function keep<T extends { close(): void }>(thing: T): T {
  opened.push(thing);
  return thing;
}

function egress(named: Record<string, NamedEgress> = {}): Egress {
  return keep(createEgress({ named, log: quiet }));
}

async function origin(handler: Handler): Promise<TestServer> {
  return keep(await startOrigin(handler));
}

function get(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url, signal: AbortSignal.timeout(20_000), ...more };
}

async function failure(promise: Promise<unknown>): Promise<StorageError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof StorageError) return error;
  throw new Error(`expected a StorageError, got ${String(error)}`);
}

async function firstBytes(response: HttpResponse): Promise<void> {
  await once(response.body, 'readable');
}

describe('a direct request', () => {
  test('carries method, headers and body, and brings back head and body', async () => {
    const server = await origin(async (req, res) => {
      res.setHeader('X-Two', ['a', 'b']);
      res.writeHead(201);
      res.end(JSON.stringify({ method: req.method, url: req.url, ...req.headers, body: await text(req) }));
    });
    const response = await egress()
      .http('')
      .request(
        get(`http://127.0.0.1:${server.port}/a%2Fb?x=1#f`, {
          method: 'POST',
          headers: { 'X-Test': 'yes' },
          body: 'héllo',
        }),
      );
    expect([response.status, response.headers['x-two']]).toEqual([201, 'a, b']);
    expect(JSON.parse(await text(response.body))).toMatchObject({
      method: 'POST',
      url: '/a%2Fb?x=1',
      host: `127.0.0.1:${server.port}`,
      'content-length': '6',
      'x-test': 'yes',
      body: 'héllo',
    });
  });

  test('streams a body from a Readable, and fails when that one fails', async () => {
    const server = await origin(async (req, res) => res.end(await text(req).catch(() => '')));
    const url = `http://127.0.0.1:${server.port}/`;
    const client = egress().http('');
    const echoed = await client.request(get(url, { method: 'PUT', body: Readable.from(['a', 'b']) }));
    expect(await text(echoed.body)).toBe('ab');
    const broken = new Readable({
      read() {
        this.destroy(new Error('disk gone'));
      },
    });
    expect(client.request(get(url, { method: 'PUT', body: broken }))).rejects.toThrow('disk gone');
  });

  test('keeps its connection for the next one', async () => {
    const server = await origin((_, res) => res.end('ok'));
    const client = egress().http('');
    for (let i = 0; i < 5; i += 1) {
      await text((await client.request(get(`http://127.0.0.1:${server.port}/`))).body);
    }
    expect(server.accepted()).toBe(1);
  });

  test('is sent again when the idle connection it took up turns out to be closed', async () => {
    const server = await origin((req, res) => {
      if (req.url === '/cut' && server.accepted() === 1) req.socket.destroy();
      else res.end('ok');
    });
    const client = egress().http('');
    const base = `http://127.0.0.1:${server.port}`;
    await text((await client.request(get(`${base}/`))).body);
    expect(await text((await client.request(get(`${base}/cut`))).body)).toBe('ok');
    expect(server.accepted()).toBe(2);
  });

  test('that changes something is never sent twice', async () => {
    let posts = 0;
    const server = await origin((req, res) => {
      if (req.method !== 'POST') return void res.end('ok');
      posts += 1;
      req.socket.destroy();
    });
    const client = egress().http('');
    const url = `http://127.0.0.1:${server.port}/`;
    await text((await client.request(get(url))).body);
    const error = await failure(client.request(get(url, { method: 'POST', body: '{}' })));
    expect([error.code, error.retry, posts]).toEqual(['unavailable', 'later', 1]);
  });

  test('hands a redirect to the caller', async () => {
    const server = await origin((_, res) => res.writeHead(302, { Location: '/elsewhere' }).end());
    const response = await egress()
      .http('')
      .request(get(`http://127.0.0.1:${server.port}/`));
    expect([response.status, response.headers['location']]).toEqual([302, '/elsewhere']);
    response.body.destroy();
  });

  test('runs beside 400 others', async () => {
    const server = await origin((_, res) => void res.write('x'));
    const client = egress().http('');
    const answers = await Promise.all(
      Array.from({ length: 400 }, () => client.request(get(`http://127.0.0.1:${server.port}/`))),
    );
    expect(server.sockets()).toBe(400);
    for (const answer of answers) answer.body.destroy();
    await server.drained(0);
  });

  test.each([
    ['file:///etc/passwd'],
    ['ftp://127.0.0.1/'],
    ['//127.0.0.1/'],
    ['http://user:pw@127.0.0.1/'],
    [''],
  ])('to %p is refused', async (url) => {
    expect((await failure(egress().http('').request(get(url)))).code).toBe('invalid_argument');
  });

  test.each([
    ['X-A', 'b\r\nX-Evil: 1'],
    ['X-A', 'b\0'],
    ['X-A\r\nX-Evil', 'b'],
    ['X A', 'b'],
    ['Host', 'elsewhere'],
    ['transfer-encoding', 'chunked'],
  ])('with header %p: %p is refused', async (name, value) => {
    const request = get('http://127.0.0.1:1/', { headers: { [name]: value } });
    expect((await failure(egress().http('').request(request))).code).toBe('invalid_argument');
  });

  test('with a method that is none is refused', async () => {
    const request = get('http://127.0.0.1:1/', { method: 'GET / HTTP/1.1\r\nX-A: b' });
    expect((await failure(egress().http('').request(request))).code).toBe('invalid_argument');
  });
});

describe('when nothing comes', () => {
  test('a refused connection is unavailable, with no address beyond the host in its words', async () => {
    const server = await origin(() => {});
    server.close();
    const error = await failure(
      egress()
        .http('')
        .request(get(`http://127.0.0.1:${server.port}/file?sign=secret`)),
    );
    expect([error.code, error.retry]).toEqual(['unavailable', 'later']);
    expect(error.message).not.toContain('secret');
    expect(error.detail.remedy).toBeString();
  });

  test('a head that does not come in time is a timeout, and lets go of the socket', async () => {
    const server = keep(await startSilentServer());
    const error = await failure(
      egress()
        .http('')
        .request(get(`http://127.0.0.1:${server.port}/`, { headTimeoutMs: 20 })),
    );
    expect([error.code, error.retry]).toEqual(['timeout', 'later']);
    await server.drained(0);
  });

  test('a body that stops coming is a timeout where the caller asked for a limit', async () => {
    const server = await origin((_, res) => void res.write('x'));
    const response = await egress()
      .http('')
      .request(get(`http://127.0.0.1:${server.port}/`, { stallMs: 30 }));
    expect((await failure(text(response.body))).code).toBe('timeout');
    await server.drained(0);
  });

  test('a body that breaks off is an error for its reader', async () => {
    const server = await origin((_, res) => {
      res.writeHead(200, { 'Content-Length': 10 });
      res.write('half', () => res.destroy());
    });
    const response = await egress()
      .http('')
      .request(get(`http://127.0.0.1:${server.port}/`));
    expect(text(response.body)).rejects.toThrow();
  });
});

describe('an abort', () => {
  test('before the head rejects with an AbortError and lets go of the socket', async () => {
    const server = keep(await startSilentServer());
    const stop = new AbortController();
    const request = egress()
      .http('')
      .request(get(`http://127.0.0.1:${server.port}/`, { signal: stop.signal }));
    setImmediate(() => stop.abort());
    expect(request).rejects.toMatchObject({ name: 'AbortError' });
    await request.catch(() => {});
    await server.drained(0);
  });

  test('in mid-body frees the upstream socket within a second and fails the reader', async () => {
    const server = await origin((_, res) => endless(res));
    const stop = new AbortController();
    const response = await egress()
      .http('')
      .request(get(`http://127.0.0.1:${server.port}/`, { signal: stop.signal }));
    await firstBytes(response);
    expect(server.sockets()).toBe(1);
    const started = performance.now();
    stop.abort();
    await server.drained(0);
    expect(performance.now() - started).toBeLessThan(1000);
    expect(response.body.destroyed).toBeTrue();
  });

  test('that came before the request sends nothing', async () => {
    const server = await origin((_, res) => res.end());
    const request = egress()
      .http('')
      .request(get(`http://127.0.0.1:${server.port}/`, { signal: AbortSignal.abort() }));
    expect(request).rejects.toMatchObject({ name: 'AbortError' });
    await request.catch(() => {});
    expect(server.accepted()).toBe(0);
  });

  test('is not needed: a destroyed body frees the socket too', async () => {
    const server = await origin((_, res) => endless(res));
    const response = await egress()
      .http('')
      .request(get(`http://127.0.0.1:${server.port}/`));
    await firstBytes(response);
    response.body.destroy();
    await server.drained(0);
  });
});

describe('through an HTTP proxy', () => {
  test('requests go by CONNECT, with the credentials of its URL decoded', async () => {
    const server = await origin((req, res) => res.end(req.headers.host));
    const proxy = keep(await startHttpProxy(server.port));
    const client = egress().http(`http://us%40er:p%3Aw@127.0.0.1:${proxy.port}`);
    for (let i = 0; i < 2; i += 1) {
      expect(await text((await client.request(get('http://cloud.test/'))).body)).toBe('cloud.test');
    }
    expect(proxy.targets).toEqual(['cloud.test:80']);
    expect(proxy.credentials).toEqual([`Basic ${btoa('us@er:p:w')}`]);
  });

  test('an abort in mid-body frees the sockets at both ends', async () => {
    const server = await origin((_, res) => endless(res));
    const proxy = keep(await startHttpProxy(server.port));
    const stop = new AbortController();
    const response = await egress()
      .http(`http://127.0.0.1:${proxy.port}`)
      .request(get('http://cloud.test/', { signal: stop.signal }));
    await firstBytes(response);
    stop.abort();
    await Promise.all([server.drained(0), proxy.drained(0)]);
  });

  test('many bodies run at once', async () => {
    const server = await origin((_, res) => void res.write('x'));
    const proxy = keep(await startHttpProxy(server.port));
    const client = egress().http(`http://127.0.0.1:${proxy.port}`);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => client.request(get('http://cloud.test/'))),
    );
    expect(server.sockets()).toBe(50);
    for (const answer of answers) answer.body.destroy();
    await server.drained(0);
  });

  test.each([
    [407, 'misconfigured'],
    [403, 'unavailable'],
    [502, 'unavailable'],
  ])('its refusal %p is %p and never looks like the answer of the cloud', async (status, code) => {
    const proxy = keep(await startHttpProxy(1, status));
    const error = await failure(
      egress().http(`http://127.0.0.1:${proxy.port}`).request(get('http://cloud.test/')),
    );
    expect([error.code, error.detail.vendorCode]).toEqual([code, String(status)]);
  });

  test('one that never answers is a timeout and keeps no socket', async () => {
    const proxy = keep(await startSilentServer());
    const error = await failure(
      egress()
        .http(`http://127.0.0.1:${proxy.port}`)
        .request(get('http://cloud.test/', { headTimeoutMs: 30 })),
    );
    expect(error.code).toBe('timeout');
    await proxy.drained(0);
  });
});

describe('through a SOCKS5 proxy', () => {
  test('socks5h leaves names to the proxy and signs in with decoded credentials', async () => {
    const server = await origin((req, res) => res.end(req.headers.host));
    const proxy = keep(await startSocksProxy(server.port));
    const client = egress().http(`socks5h://us%40er:p%3Aw@127.0.0.1:${proxy.port}`);
    expect(await text((await client.request(get('http://cloud.test/'))).body)).toBe('cloud.test');
    expect(proxy.targets).toEqual(['cloud.test:80']);
    expect(proxy.credentials).toEqual(['us@er:p:w']);
  });

  test('an abort in mid-body frees the sockets at both ends', async () => {
    const server = await origin((_, res) => endless(res));
    const proxy = keep(await startSocksProxy(server.port));
    const stop = new AbortController();
    const response = await egress()
      .http(`socks5h://a:b@127.0.0.1:${proxy.port}`)
      .request(get('http://cloud.test/', { signal: stop.signal }));
    await firstBytes(response);
    stop.abort();
    await Promise.all([server.drained(0), proxy.drained(0)]);
  });
});

describe('the value of egress', () => {
  test.each([
    ['ftp://proxy.test:21'],
    ['proxy.test:1080'],
    ['socks4://proxy.test:1080'],
    ['http://:80'],
    ['http://proxy.test/path'],
    ['socks5://proxy.test?x=1'],
    ['http://us%er:pw@proxy.test'],
    ['nowhere'],
    ['__proto__'],
  ])('%p is refused with what is allowed, unrepeated', (value) => {
    const named = { elsewhere: { kind: 'proxy', proxyUrl: 'http://127.0.0.1:1', ca: '' } } as const;
    let error: unknown;
    try {
      egress(named).http(value);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'misconfigured', retry: 'never' });
    const { message, detail } = error as StorageError;
    expect(detail.remedy).toContain('socks5h://');
    expect(detail.remedy).toContain('elsewhere');
    expect(message + detail.remedy).not.toContain(value);
  });

  test('is read without outer blanks, and equal values share connections', async () => {
    const server = await origin((_, res) => res.end('ok'));
    const ways = egress();
    for (const value of ['', ' ', '']) {
      await text((await ways.http(value).request(get(`http://127.0.0.1:${server.port}/`))).body);
    }
    expect(server.accepted()).toBe(1);
  });

  test('a name that leads straight to one place refuses plain http elsewhere and reaches loopback', async () => {
    const server = await origin((_, res) => res.end('ok'));
    const client = egress({
      here: { kind: 'direct', connectTo: { host: '127.0.0.1', port: 1 }, ca: '' },
    }).http('here');
    expect(await text((await client.request(get(`http://127.0.0.1:${server.port}/`))).body)).toBe('ok');
    expect((await failure(client.request(get('http://192.0.2.1/')))).code).toBe('unavailable');
  });

  test('the way unused longest makes room, its running bodies go on, and it can be used again', async () => {
    const server = await origin((req, res) => {
      if (req.url === '/slow') res.write('x');
      else res.end('ok');
    });
    const proxy = keep(await startHttpProxy(server.port));
    const ways = egress();
    const way = (user: number) => ways.http(`http://u${user}:pw@127.0.0.1:${proxy.port}`);
    const running = await way(0).request(get('http://cloud.test/slow'));
    for (let user = 1; user <= 70; user += 1) {
      await text((await way(user).request(get('http://cloud.test/'))).body);
    }
    expect(running.body.destroyed).toBeFalse();
    await proxy.drained(65); // 64 kept, one running
    running.body.destroy();
    await proxy.drained(64);
    expect(await text((await way(0).request(get('http://cloud.test/'))).body)).toBe('ok');
  });
});

describe('close', () => {
  test('cuts what runs and refuses what comes', async () => {
    const server = await origin((_, res) => endless(res));
    const ways = egress();
    const client = ways.http('');
    const response = await client.request(get(`http://127.0.0.1:${server.port}/`));
    await firstBytes(response);
    ways.close();
    ways.close();
    await server.drained(0);
    expect((await failure(client.request(get(`http://127.0.0.1:${server.port}/`)))).code).toBe('unavailable');
  });
});
