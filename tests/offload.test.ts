import { afterEach, describe, expect } from 'bun:test';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { nginxPath, type Nginx, startNginx } from './nginx.ts';
import { testWith } from './tools.ts';
import { startWorld, type World } from './world.ts';

const FILE = '/big/Big/4GiB.bin';
const SIZE = 2 ** 32;
const NGINX = nginxPath();

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function testNginx(name: string, body: (nginx: string) => Promise<void>): void {
  testWith(NGINX, 'nginx', name, () => body(NGINX ?? ''));
}

/** Byte i of the file is i mod 251. */
function expected(start: number, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => (start + i) % 251);
}

/** Bytes that the gateway itself has moved. */
async function movedBy({ url }: World): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^sluice_stream_bytes_total (\d+)$/m.exec(text)?.[1]);
}

/** A gateway on a sandbox, and the documented nginx before it. `path` is the signed address of the large file. */
async function setUp(nginx: string, hosts = ['127.0.0.1']) {
  const world = await startWorld(
    undefined,
    { httpLinks: true },
    { trustedProxies: '127.0.0.1', offload: { hosts } },
  );
  cleanups.push(world.stop);
  const account = { username: 'demo@sluice.test', password: 'sluice-demo', egress: 'here' };
  await world.add('/big', account, { web_proxy: true });
  const front = await startNginx(nginx, {
    gateway: new URL(world.url).host,
    cloud: `127.0.0.1:${world.sandbox.cdnPort}`,
  });
  cleanups.push(() => front.stop());
  const { sign } = (await world.call('/fs/get', { path: FILE })).data;
  return { world, front, path: `/p${FILE}?sign=${sign}` };
}

async function listening(handler: http.RequestListener): Promise<string> {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('downloads that nginx moves, with the documented configuration', () => {
  testNginx('are the right bytes, and none of them passes through the gateway', async (nginx) => {
    const { world, front, path } = await setUp(nginx);
    for (const start of [0, 3_000_000_001, SIZE - 50_000]) {
      const headers = { Range: `bytes=${start}-${start + 49_999}` };
      const part = await fetch(front.url + path, { headers });
      expect(part.status).toBe(206);
      expect(part.headers.get('content-range')).toBe(`bytes ${start}-${start + 49_999}/${SIZE}`);
      expect(await part.bytes()).toEqual(expected(start, 50_000));
    }
    const suffix = await fetch(front.url + path, { headers: { Range: 'bytes=-5' } });
    expect(await suffix.bytes()).toEqual(expected(SIZE - 5, 5));
    expect(await movedBy(world)).toBe(0);
  });

  testNginx('are described as the gateway describes them', async (nginx) => {
    const { world, front, path } = await setUp(nginx);
    const headOf = async (at: string) => {
      const leaving = new AbortController();
      const { status, headers } = await fetch(at + path, { signal: leaving.signal });
      leaving.abort();
      const own = ['connection', 'date', 'server', 'keep-alive'];
      const described = Object.fromEntries([...headers].filter(([name]) => !own.includes(name)));
      return { status, ...described };
    };
    const through = await headOf(front.url);
    expect(through).toEqual(await headOf(world.url));
    expect(through).toMatchObject({ status: 200, 'content-length': String(SIZE), 'accept-ranges': 'bytes' });
  });

  testNginx('keep conditions and errors as they are', async (nginx) => {
    const { front, path } = await setUp(nginx);
    const ask = (headers: Record<string, string>) => fetch(front.url + path, { headers });
    const head = await fetch(front.url + path, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(SIZE));
    const etag = head.headers.get('etag') ?? '';
    expect((await ask({ 'If-None-Match': etag })).status).toBe(304);
    expect((await ask({ 'If-Match': '"other"' })).status).toBe(412);
    const beyond = await ask({ Range: `bytes=${SIZE}-` });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${SIZE}`]);
    const same = await ask({ Range: 'bytes=1-3', 'If-Range': etag });
    expect([same.status, await same.bytes()]).toEqual([206, expected(1, 3)]);
    const changed = await ask({ Range: 'bytes=0-3', 'If-Range': '"other"' });
    expect(changed.status).toBe(200);
    await changed.body?.cancel();
    expect((await fetch(`${front.url}${path}x`)).status).toBe(401);
  });

  testNginx(
    'go on when the link is over: the gateway takes over, then nginx has a fresh one',
    async (nginx) => {
      const { world, front, path } = await setUp(nginx);
      const read = async () => {
        const part = await fetch(front.url + path, { headers: { Range: 'bytes=500-599' } });
        expect(part.status).toBe(206);
        expect(await part.bytes()).toEqual(expected(500, 100));
        return movedBy(world);
      };
      expect(await read()).toBe(0);
      world.sandbox.clock.advance(2 * 86_400_000); // links live for a day of the sandbox's clock
      expect(await read()).toBe(100);
      expect(await read()).toBe(100);
    },
  );

  testNginx('are let go of when the client leaves', async (nginx) => {
    const { world, front, path } = await setUp(nginx);
    const leaving = new AbortController();
    const whole = await fetch(front.url + path, { signal: leaving.signal });
    await whole.body?.getReader().read();
    expect(world.sandbox.stats().openCdnConnections).toBe(1);
    leaving.abort();
    while (world.sandbox.stats().openCdnConnections > 0) await Bun.sleep(10); // the test's own limit ends this
  });

  testNginx('of hosts that are not on the list go through the gateway', async (nginx) => {
    const { world, front, path } = await setUp(nginx, ['*.example.net']);
    const part = await fetch(front.url + path, { headers: { Range: 'bytes=0-9' } });
    expect(await part.bytes()).toEqual(expected(0, 10));
    expect(await movedBy(world)).toBe(10);
  });
});

describe('nobody but the gateway sends nginx anywhere (SSRF)', () => {
  testNginx('not a client, by address or by headers', async (nginx) => {
    const { front, path } = await setUp(nginx);
    let asked = 0;
    const secret = await listening((_, res) => {
      asked += 1;
      res.end('secret');
    });
    const upstream = `http://${secret}/`;
    const headers = {
      'X-Accel-Redirect': '/_sluice_offload',
      'X-Sluice-Upstream': upstream,
      'X-Sluice-Refused': upstream,
      'X-Sluice-Offload': 'no',
      Range: 'bytes=0-1',
    };
    const direct = await fetch(`${front.url}/_sluice_offload`, { headers });
    expect(await direct.text()).not.toContain('secret'); // the gateway answers, as for any unknown address
    expect(await (await fetch(front.url + path, { headers })).bytes()).toEqual(expected(0, 2));
    expect(asked).toBe(0);
  });

  const offloadTo = (url: string) =>
    listening((req, res) => {
      if (req.headers['x-sluice-refused']) return void res.end('taken over');
      res.writeHead(200, { 'X-Accel-Redirect': '/_sluice_offload', 'X-Sluice-Upstream': url });
      res.end();
    });

  testNginx('not a cloud, by the headers that nginx takes from the gateway', async (nginx) => {
    const cloud = await listening((req, res) => {
      res.setHeader('X-Accel-Redirect', '/elsewhere');
      res.setHeader('Set-Cookie', 'spy=1');
      res.setHeader('Content-Type', 'text/html');
      res.end(
        [req.url, req.headers.cookie ?? 'no cookie', req.headers['x-forwarded-for'] ?? 'nobody'].join(' '),
      );
    });
    const gateway = await offloadTo(`http://${cloud}/film?sig=a%2Fb`);
    const front = await frontOf(nginx, gateway, cloud);
    const answer = await fetch(`${front.url}/p/film`, { headers: { Cookie: 'session=1' } });
    expect(await answer.text()).toBe('/film?sig=a%2Fb no cookie nobody');
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('content-type')).not.toBe('text/html');
  });

  testNginx('not even the gateway, beyond the list in the configuration', async (nginx) => {
    let asked = 0;
    const other = await listening((_, res) => {
      asked += 1;
      res.end('secret');
    });
    const cloud = await listening((_, res) => res.end('file'));
    for (const url of [`http://${other}/`, `http://${cloud}@${other}/`, `http://${other}/http://${cloud}/`]) {
      const front = await frontOf(nginx, await offloadTo(url), cloud);
      expect(await (await fetch(`${front.url}/p/film`)).text()).toBe('taken over');
    }
    expect(asked).toBe(0);
  });

  testNginx('and a redirect of the cloud is not followed', async (nginx) => {
    const cloud = await listening((_, res) => {
      res.writeHead(302, { Location: 'http://127.0.0.1:1/' });
      res.end();
    });
    const front = await frontOf(nginx, await offloadTo(`http://${cloud}/`), cloud);
    expect(await (await fetch(`${front.url}/p/film`)).text()).toBe('taken over');
  });

  async function frontOf(nginx: string, gateway: string, cloud: string): Promise<Nginx> {
    const front = await startNginx(nginx, { gateway, cloud });
    cleanups.push(() => front.stop());
    return front;
  }
});
