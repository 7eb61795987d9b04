import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createServer } from 'node:net';
import { createConnectProxy, tunnelPort } from './connect-proxy.ts';
import { type Listening, listen } from './listen.ts';
import { ask, open, parseAnswer } from './wire-fixture.ts';

const isPlainHost = (host: string): boolean => host === 'bucket.mypikpak.com';
const ENDS = { tlsPort: 1, plainPort: 2, cdnAddresses: ['127.0.0.1:8080', 'localhost:8080'], isPlainHost };

describe('where a tunnel ends', () => {
  test.each([
    ['user.mypikpak.com:443', 1],
    ['mypikpak.com:443', 1],
    ['DL-a10b-0001.PikPakDrive.com:443', 1],
    ['a.b.pikpak.me:443', 1],
    ['api-drive.mypikpak.net:443', 1],
    ['127.0.0.1:8080', 2],
    ['localhost:8080', 2],
    ['bucket.mypikpak.com:443', 1],
    ['Bucket.mypikpak.com:80', 2],
    ['user.mypikpak.com:80', undefined],
    ['user.mypikpak.com:4430', undefined],
    ['user.mypikpak.com', undefined],
    ['notmypikpak.com:443', undefined],
    ['mypikpak.com.example.com:443', undefined],
    ['example.com:443', undefined],
    ['127.0.0.1:22', undefined],
    ['[::1]:443', undefined],
    ['x@mypikpak.com:443', undefined],
    ['', undefined],
  ])('%p: %p', (authority, port) => {
    expect(tunnelPort(authority, ENDS)).toBe(port);
  });
});

describe('a proxy', () => {
  let echo: Listening;
  let proxy: Listening;

  beforeAll(async () => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.pipe(socket);
    });
    echo = await listen(server, '127.0.0.1', 0);
    const ends = { tlsPort: echo.port, plainPort: 1, cdnAddresses: ['127.0.0.1:8080'], isPlainHost };
    const plain = createConnectProxy(ends, (req, res) => res.end(`${req.headers.host} ${req.url}`));
    proxy = await listen(plain, '127.0.0.1', 0);
  });

  afterAll(async () => {
    await proxy.close();
    await echo.close();
  });

  test('refuses hosts that are not emulated and ends the connection', async () => {
    const { status, body } = await ask(proxy.port, 'CONNECT example.com:443');
    expect(status).toBe(403);
    expect(body.toString()).toContain('only leads to the hosts that it emulates');
  });

  test.each([
    ['http://Bucket.mypikpak.com/key?uploads', 'Bucket.mypikpak.com /key?uploads'],
    ['http://bucket.mypikpak.com:80', 'bucket.mypikpak.com /'],
    ['http://bucket.mypikpak.com?uploads', 'bucket.mypikpak.com /?uploads'],
  ])('takes %p for the object store, whatever its Host says', async (url, seen) => {
    const { status, body } = await ask(proxy.port, `PUT ${url}`, {
      host: 'else.test',
      'content-length': '0',
    });
    expect([status, body.toString()]).toEqual([200, seen]);
  });

  test.each([
    'http://bucket.mypikpak.com:8080/',
    'https://bucket.mypikpak.com/',
    'http://bucket.mypikpak.com@example.com/',
    'http://example.com/?http://bucket.mypikpak.com/',
  ])('refuses %p', async (url) => {
    expect((await ask(proxy.port, `GET ${url}`)).status).toBe(403);
  });

  test('refuses everything but CONNECT to other hosts', async () => {
    expect((await ask(proxy.port, 'GET http://user.mypikpak.com/v1/user/me')).status).toBe(403);
    expect((await ask(proxy.port, 'GET /')).status).toBe(403);
  });

  test('passes bytes both ways, those sent along with the request included', async () => {
    const socket = await open(proxy.port, 'CONNECT user.mypikpak.com:443');
    socket.write('early');
    const chunks: Uint8Array[] = [];
    const stream: AsyncIterable<Uint8Array> = socket;
    for await (const chunk of stream) {
      chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      if (text.endsWith('early')) socket.write(' late');
      if (text.endsWith('early late')) break;
    }
    const { status, body } = parseAnswer(Buffer.concat(chunks));
    expect([status, body.toString()]).toEqual([200, 'early late']);
  });

  test('says 403 rather than nothing when the far end is gone', async () => {
    const { status } = await ask(proxy.port, 'CONNECT 127.0.0.1:9');
    expect(status).toBe(403);
  });
});
