import { afterEach, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { normalizePath } from '../../core/path.ts';
import { patternBytes, serveRange, serveStatus, startFakeUpstream } from '../../links/testing/upstream.ts';
import { type DoorFixture, type FixtureOptions, guest, MODIFIED, startDoors } from '../testing/fixture.ts';

const SIZE = 5_000;
const FILE = '/movies/hello world.mp4';
const LINK = '/d/movies/hello%20world.mp4';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function doors(options: FixtureOptions = {}): Promise<DoorFixture> {
  const fixture = await startDoors({ files: { [FILE]: { size: SIZE } }, ...options });
  cleanups.push(fixture.close);
  return fixture;
}

async function withLink(options: FixtureOptions = {}) {
  const upstream = await startFakeUpstream(serveRange(SIZE));
  cleanups.push(upstream.close);
  const fixture = await doors({
    files: { [FILE]: { size: SIZE, url: `${upstream.url}/f?x=1` } },
    ...options,
  });
  return { fixture, upstream };
}

const manual: RequestInit = { redirect: 'manual' };

/** What the server sends on a raw connection, until it closes it. */
async function raw(fixture: DoorFixture, target: string): Promise<string> {
  const socket = net.connect(Number(new URL(fixture.url).port), '127.0.0.1');
  socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  await once(socket, 'close');
  return text;
}

describe('who may download', () => {
  const openSettings = { settings: { sign_all: 'false' } };

  test.each([
    ['', 'expire missing'],
    ['?sign=', 'expire missing'],
    ['?sign=abc:0', 'sign invalid'],
  ])('without a sign that holds (%p) nothing is given', async (query, message) => {
    const { url } = await doors({ users: [guest] });
    const res = await fetch(`${url}${LINK}${query}`);
    expect(res.status).toBe(401);
    expect(await res.json()).toEqual({ code: 401, message, data: null });
  });

  test('a sign opens its own path and no other', async () => {
    const { url, sign } = await doors({ files: { [FILE]: { size: 1 }, '/movies/b.mp4': { size: 1 } } });
    expect((await fetch(`${url}${LINK}${sign(FILE)}`)).status).toBe(200);
    expect((await fetch(`${url}${LINK}${sign(FILE)}/`)).status).toBe(200);
    expect((await fetch(`${url}/d/movies/b.mp4${sign(FILE)}`)).status).toBe(401);
    for (const ask of ['type=thumb', 'variant=media-480', 'type=preview', 'via=proxy', 'whole=0']) {
      expect((await fetch(`${url}/p/movies/b.mp4${sign(FILE)}&${ask}`)).status).toBe(401);
    }
  });

  test('sign bypass: other spellings of a path reach the file that was signed, or nothing', async () => {
    const composed = '/movies/caf\u00e9.txt';
    const decomposed = '/movies/cafe\u0301.txt';
    const { url, sign } = await doors({ files: { [composed]: { size: 1 }, [decomposed]: { size: 2 } } });
    const size = async (path: string) => {
      const res = await fetch(`${url}/p${path}${sign(composed)}`, { method: 'HEAD' });
      return res.status === 200 ? res.headers.get('content-length') : res.status;
    };
    expect(await size(encodeURI(composed))).toBe('1');
    expect(await size(`${encodeURI(composed)}/`)).toBe('1');
    expect(await size(encodeURI(composed).replace('/movies/', '//movies//'))).toBe('1');
    expect(await size(encodeURI(decomposed))).toBe(401);
    expect(await size(encodeURI(encodeURI(composed)))).toBe(401);
    expect(await size(encodeURI(composed).replace('/movies/', '/movies%2F'))).toBe(400);
    expect(await size(`${encodeURI(composed)}%20`)).toBe(401);
    expect(await size('/MOVIES/caf%C3%A9.txt')).toBe(401);
  });

  test('a token opens what its user may see, by full path', async () => {
    const bob = {
      ...guest,
      id: 3,
      username: 'bob',
      role: 'general' as const,
      basePath: normalizePath('/movies'),
    };
    const files = { [FILE]: { size: 1 }, '/private/x.mp4': { size: 1 } };
    const { url } = await doors({ files, users: [bob] });
    const asBob = { headers: { Authorization: 'bob-token' } };
    expect((await fetch(`${url}${LINK}`, asBob)).status).toBe(200);
    expect((await fetch(`${url}/d/private/x.mp4`, asBob)).status).toBe(404);
    expect((await fetch(`${url}${LINK}`, { headers: { Authorization: 'junk' } })).status).toBe(401);
  });

  test('with sign_all off the guest rules, not who knows a path', async () => {
    const { url } = await doors({ ...openSettings, users: [] });
    expect((await fetch(`${url}${LINK}`)).status).toBe(401);
    const based = { ...guest, basePath: normalizePath('/public') };
    const { url: other } = await doors({ ...openSettings, users: [based] });
    expect((await fetch(`${other}${LINK}`)).status).toBe(404);
    const { url: open } = await doors({ ...openSettings, users: [guest] });
    expect((await fetch(`${open}${LINK}`)).status).toBe(200);
  });

  test('a storage can ask for signs alone', async () => {
    const { url } = await doors({ ...openSettings, users: [guest], storage: { enableSign: true } });
    expect((await fetch(`${url}${LINK}`)).status).toBe(401);
  });

  test('a sign_all that is neither true nor false counts as true', async () => {
    const { url } = await doors({ settings: { sign_all: 'no' }, users: [guest] });
    expect((await fetch(`${url}${LINK}`)).status).toBe(401);
  });
});

describe('/d', () => {
  test('sends the client to the cloud', async () => {
    const { fixture, upstream } = await withLink();
    const res = await fetch(`${fixture.url}${LINK}${fixture.sign(FILE)}`, manual);
    expect(res.status).toBe(302);
    expect(res.headers.get('location')).toBe(`${upstream.url}/f?x=1`);
    expect(res.headers.get('referrer-policy')).toBe('no-referrer');
    expect(res.headers.get('cache-control')).toBe('max-age=0, no-cache, no-store, must-revalidate');
    expect(upstream.ranges).toHaveLength(0);
  });

  const proxied: [name: string, options: FixtureOptions][] = [
    ['web_proxy is on', { storage: { webProxy: true } }],
    ['the storage has no links', { files: { [FILE]: { size: SIZE } } }],
    ['the type is listed', { settings: { proxy_types: 'url,MP4' } }],
  ];
  test.each(proxied)('sends the bytes itself when %s', async (_, options) => {
    const { fixture } = await withLink(options);
    const res = await fetch(`${fixture.url}${LINK}${fixture.sign(FILE)}`, manual);
    expect(res.status).toBe(200);
    expect(Buffer.from(await res.arrayBuffer()).equals(patternBytes(0, SIZE))).toBe(true);
  });

  test('sends the bytes itself when the link needs headers', async () => {
    const { upstream } = await withLink();
    const file = { size: SIZE, url: upstream.url, linkHeaders: { 'User-Agent': 'x' } };
    const { url, sign } = await doors({ files: { [FILE]: file } });
    expect((await fetch(`${url}${LINK}${sign(FILE)}`, manual)).status).toBe(200);
  });

  test.each(['javascript:alert(1)', 'not a url', 'file:///etc/passwd'])(
    'does not send anyone to %s',
    async (address) => {
      const { url, sign } = await doors({ files: { [FILE]: { size: 1, url: address } } });
      expect((await fetch(`${url}${LINK}${sign(FILE)}`, manual)).status).toBe(502);
    },
  );

  test('a link with a line break adds no header', async () => {
    const { url, sign } = await doors({
      files: { [FILE]: { size: 1, url: 'http://cdn.test/a\r\nSet-Cookie: a=b' } },
    });
    const res = await fetch(`${url}${LINK}${sign(FILE)}`, manual);
    expect(res.headers.get('set-cookie')).toBeNull();
    expect(res.headers.get('location')).toBe('http://cdn.test/aSet-Cookie:%20a=b');
  });

  test('a proxied storage with a download proxy of its own sends clients there, but not that proxy', async () => {
    const storage = { webProxy: true, downProxyUrl: ' https://worker.test/ \r\n' };
    const { fixture } = await withLink({ storage });
    const res = await fetch(`${fixture.url}${LINK}${fixture.sign(FILE)}`, manual);
    expect(res.headers.get('location')).toBe(
      `https://worker.test/movies/hello%20world.mp4${fixture.sign(FILE)}`,
    );
    expect((await fetch(`${fixture.url}${LINK}${fixture.sign(FILE)}&d`, manual)).status).toBe(200);
  });
});

describe('how /d decides', () => {
  const from = (address: string): RequestInit => ({ ...manual, headers: { 'X-Forwarded-For': address } });
  const proxied = { trusted: '127.0.0.1', egressAddress: '203.0.113.5' };
  const bound = async (options: FixtureOptions = {}) => {
    const fixture = await doors({
      files: { [FILE]: { size: SIZE, url: 'https://cdn.test/f' } },
      ...proxied,
      ...options,
    });
    return { ...fixture, link: `${fixture.url}${LINK}${fixture.sign(FILE)}` };
  };

  test('a bound link is for who leaves by the gateway’s address', async () => {
    const { link } = await bound();
    expect((await fetch(link, from('203.0.113.5'))).headers.get('location')).toBe('https://cdn.test/f');
    expect((await fetch(link, { ...from('198.51.100.1'), method: 'HEAD' })).status).toBe(200);
    expect((await fetch(`${link}&via=redirect`, from('198.51.100.1'))).status).toBe(302);
    expect((await fetch(`${link}&via=proxy`, { ...from('203.0.113.5'), method: 'HEAD' })).status).toBe(200);
  });

  test('IP spoofing: a client can not claim the gateway’s address for itself', async () => {
    const { link } = await bound({ trusted: '' });
    expect((await fetch(link, { ...from('203.0.113.5'), method: 'HEAD' })).status).toBe(200);
  });

  test('https in front and plain http behind are not mixed', async () => {
    const fixture = await bound({ files: { [FILE]: { size: SIZE, url: 'http://cdn.test/f' } } });
    const headers = { 'X-Forwarded-For': '203.0.113.5', 'X-Forwarded-Proto': 'https' };
    expect((await fetch(fixture.link, { ...manual, headers, method: 'HEAD' })).status).toBe(200);
  });

  test('the reason is told to users who signed in, and to nobody else', async () => {
    const { link } = await bound();
    const told = async (headers: Record<string, string>) =>
      (
        await fetch(link, { ...manual, headers: { 'X-Forwarded-For': '203.0.113.5', ...headers } })
      ).headers.get('x-sluice-delivery');
    expect(await told({ Authorization: 'admin-token' })).toBe('redirect; reason=same_address');
    expect(await told({})).toBeNull();
    expect(await told({ Authorization: 'junk' })).toBeNull();
  });
});

describe('/p', () => {
  const get = async (headers: Record<string, string> = {}, method = 'GET') => {
    const { fixture, upstream } = await withLink();
    const res = await fetch(`${fixture.url}/p/movies/hello%20world.mp4${fixture.sign(FILE)}`, {
      headers,
      method,
    });
    return { res, body: Buffer.from(await res.arrayBuffer()), upstream };
  };

  test('sends the whole file with its true length', async () => {
    const { res, body } = await get();
    expect(res.status).toBe(200);
    expect(res.headers.get('content-length')).toBe(String(SIZE));
    expect(res.headers.get('accept-ranges')).toBe('bytes');
    expect(res.headers.get('content-type')).toBe('video/mp4');
    expect(res.headers.get('content-disposition')).toStartWith('attachment; filename="hello world.mp4"');
    expect(res.headers.get('last-modified')).toBe(new Date(MODIFIED).toUTCString());
    expect(body.equals(patternBytes(0, SIZE))).toBe(true);
  });

  test.each([
    ['bytes=1000-1999', 1000, 2000],
    ['bytes=4999-', 4999, 5000],
    ['bytes=-10', 4990, 5000],
    ['bytes=0-99999', 0, 5000],
  ])('%s is sent as a part', async (range, start, end) => {
    const { res, body, upstream } = await get({ Range: range });
    expect(res.status).toBe(206);
    expect(res.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${SIZE}`);
    expect(res.headers.get('content-length')).toBe(String(end - start));
    expect(body.equals(patternBytes(start, end))).toBe(true);
    expect(upstream.ranges).toEqual([`bytes=${start}-${end - 1}`]);
  });

  test('several ranges come as parts of one body, with its true length', async () => {
    const { res, body, upstream } = await get({ Range: 'bytes=0-9,1000-1999,-5' });
    expect(res.status).toBe(206);
    const boundary = /^multipart\/byteranges; boundary=(\w+)$/.exec(
      res.headers.get('content-type') ?? '',
    )?.[1];
    expect(res.headers.get('content-length')).toBe(String(body.length));
    expect(res.headers.get('content-range')).toBeNull();
    const part = (start: number, end: number) =>
      Buffer.concat([
        Buffer.from(
          `--${boundary}\r\nContent-Type: video/mp4\r\nContent-Range: bytes ${start}-${end - 1}/${SIZE}\r\n\r\n`,
        ),
        patternBytes(start, end),
        Buffer.from('\r\n'),
      ]);
    const expected = [part(0, 10), part(1000, 2000), part(4995, 5000), Buffer.from(`--${boundary}--\r\n`)];
    expect(body.equals(Buffer.concat(expected))).toBe(true);
    expect(upstream.ranges).toEqual(['bytes=0-9', 'bytes=1000-1999', 'bytes=4995-4999']);
  });

  test.each([
    ['thousands of ranges', Array.from({ length: 900 }, (_, i) => `${i}-${i}`).join(',')],
    ['the whole file again and again', Array.from({ length: 60 }, () => '0-').join(',')],
    ['ranges that overlap by nearly all of it', '0-4000,1-4001,2-4002'],
    ['numbers beyond all files', '0-99999999999999999999999,5-99999999999999999999999'],
    ['what is no range', '-,--,a-b,9-3'],
  ])('range flood (CVE-2011-3192): %s cost no more than the file once', async (_, set) => {
    const { res, body, upstream } = await get({ Range: `bytes=${set}` });
    expect([200, 206]).toContain(res.status);
    expect(body.length).toBe(Number(res.headers.get('content-length')));
    expect(body.length).toBeLessThanOrEqual(SIZE);
    expect(upstream.ranges).toHaveLength(1);
  });

  test('a range behind the end is refused with the size', async () => {
    const { res, upstream } = await get({ Range: `bytes=${SIZE}-` });
    expect(res.status).toBe(416);
    expect(res.headers.get('content-range')).toBe(`bytes */${SIZE}`);
    expect(upstream.ranges).toHaveLength(0);
  });

  test('HEAD is answered without asking the cloud', async () => {
    const { res, body, upstream } = await get({}, 'HEAD');
    expect(res.status).toBe(200);
    expect(res.headers.get('content-length')).toBe(String(SIZE));
    expect(body).toHaveLength(0);
    expect(upstream.ranges).toHaveLength(0);
  });

  test('a client that has this version is told so, and one that has another gets the whole', async () => {
    const etag = `"${(MODIFIED / 1000).toString(16)}-${SIZE.toString(16)}"`;
    expect((await get({ 'If-None-Match': etag })).res.status).toBe(304);
    expect((await get({ 'If-Match': '"other"' })).res.status).toBe(412);
    expect((await get({ Range: 'bytes=0-9', 'If-Range': etag })).res.status).toBe(206);
    expect((await get({ Range: 'bytes=0-9', 'If-Range': '"other"' })).res.status).toBe(200);
  });

  test('an empty file is sent without asking the cloud', async () => {
    const upstream = await startFakeUpstream(serveStatus(500));
    cleanups.push(upstream.close);
    const { url, sign } = await doors({ files: { '/movies/empty.txt': { size: 0, url: upstream.url } } });
    const res = await fetch(`${url}/p/movies/empty.txt${sign('/movies/empty.txt')}`, {
      headers: { Range: 'bytes=0-' },
    });
    expect(res.status).toBe(200);
    expect(res.headers.get('content-length')).toBe('0');
    expect(upstream.ranges).toHaveLength(0);
  });

  test('a file of another size upstream is refused before a byte is sent', async () => {
    const upstream = await startFakeUpstream(serveRange(SIZE - 100));
    cleanups.push(upstream.close);
    const { url, sign } = await doors({ files: { [FILE]: { size: SIZE, url: upstream.url } } });
    const res = await fetch(`${url}/p/movies/hello%20world.mp4${sign(FILE)}`);
    expect(res.status).toBe(502);
    expect((await res.json()).message).toContain('4900 bytes');
    expect(res.headers.get('content-disposition')).toBeNull();
  });

  test('the upstream connection is gone within a second of the client leaving', async () => {
    const upstream = await startFakeUpstream((_, res) => {
      res.writeHead(206, { 'Content-Length': SIZE, 'Content-Range': `bytes 0-${SIZE - 1}/${SIZE}` });
      res.write(patternBytes(0, 100));
    });
    cleanups.push(upstream.close);
    const { url, sign } = await doors({ files: { [FILE]: { size: SIZE, url: upstream.url } } });
    const req = http.get(`${url}/p/movies/hello%20world.mp4${sign(FILE)}`, { agent: false });
    const [res] = (await once(req, 'response')) as [http.IncomingMessage];
    await once(res, 'data');
    expect(upstream.open()).toBe(1);
    const left = performance.now();
    req.destroy();
    while (upstream.open() > 0 && performance.now() - left < 2_000) await new Promise(setImmediate);
    expect(upstream.open()).toBe(0);
    expect(performance.now() - left).toBeLessThan(1_000);
  });

  test('more than 256 streams run at once', async () => {
    const waiting: (() => void)[] = [];
    const upstream = await startFakeUpstream((_, res) => {
      res.writeHead(206, { 'Content-Length': 10, 'Content-Range': 'bytes 0-9/10' });
      res.write(patternBytes(0, 5));
      waiting.push(() => res.end(patternBytes(5, 10)));
    });
    cleanups.push(upstream.close);
    const { url, sign } = await doors({ files: { '/movies/a': { size: 10, url: upstream.url } } });
    const clients = Array.from({ length: 300 }, async () => {
      const req = http.get(`${url}/p/movies/a${sign('/movies/a')}`, { agent: false });
      const [res] = (await once(req, 'response')) as [http.IncomingMessage];
      const chunks: Buffer[] = [];
      for await (const chunk of res) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).equals(patternBytes(0, 10));
    });
    while (waiting.length < 300) await new Promise(setImmediate);
    for (const finish of waiting) finish();
    expect((await Promise.all(clients)).every(Boolean)).toBe(true);
  });
});

describe('what a browser is allowed to do with a file', () => {
  test.each(['/movies/page.html', '/movies/picture.svg', '/movies/feed.xml'])(
    '%s is shown only inside a sandbox',
    async (path) => {
      const { url, sign } = await doors({ files: { [path]: { size: 10 } } });
      const res = await fetch(`${url}/p${path}${sign(path)}&type=preview`);
      expect(res.headers.get('content-disposition')).toStartWith('inline');
      expect(res.headers.get('content-security-policy')).toStartWith("sandbox; default-src 'none'");
      expect(res.headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  test('a name can not split the head', async () => {
    const name = 'a\r\nSet-Cookie: x=1\r\n"é.txt';
    const { url, sign } = await doors({
      files: { '/movies/a.txt': { size: 1, entry: { name } } },
    });
    const res = await fetch(`${url}/p/movies/a.txt${sign('/movies/a.txt')}`);
    expect(res.status).toBe(200);
    expect(res.headers.get('set-cookie')).toBeNull();
    expect(res.headers.get('content-disposition')).toContain("filename*=UTF-8''a%0D%0ASet-Cookie");
  });

  test('script of other origins may ask for ranges', async () => {
    const { url } = await doors();
    const res = await fetch(`${url}${LINK}`, {
      method: 'OPTIONS',
      headers: { Origin: 'https://other.test', 'Access-Control-Request-Headers': 'range, if-range' },
    });
    expect(res.status).toBe(204);
    expect(res.headers.get('access-control-allow-headers')).toBe('range, if-range');
    expect(res.headers.get('access-control-allow-credentials')).toBeNull();
  });
});

describe('bad requests', () => {
  test.each([
    ['/d/%zz', 400],
    ['/d/a%00b', 400],
    ['/d/a%2Fb', 400],
    ['/d/a\\b', 400],
    ['/d/%c0%ae%c0%ae/etc/passwd', 400],
    ['/d/../etc/passwd', 403],
    ['/d/%2e%2e/etc/passwd', 403],
  ])('%s is refused with %d and a reason', async (target, status) => {
    const answer = await raw(await doors(), target);
    expect(answer).toStartWith(`HTTP/1.1 ${status} `);
    expect(answer).toContain(`"code":${status},"message":"`);
  });

  test('what is not there is a 404, and a folder is no download', async () => {
    const { url, sign } = await doors();
    expect((await fetch(`${url}/d/nowhere${sign('/nowhere')}`)).status).toBe(404);
    expect((await fetch(`${url}/d/movies${sign('/movies')}`)).status).toBe(400);
  });

  test('other methods are refused', async () => {
    const { url } = await doors();
    const res = await fetch(`${url}${LINK}`, { method: 'DELETE' });
    expect(res.status).toBe(405);
    expect(res.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });
});
