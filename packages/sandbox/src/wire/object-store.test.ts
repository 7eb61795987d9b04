import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { CloudResponse, StoreRequest } from '../types.ts';
import type { Listening } from './listen.ts';
import { listen } from './listen.ts';
import { answerStore } from './object-store.ts';
import { splitTarget } from './target.ts';
import { ask, LOCAL, open, parseAnswer, signal } from './wire-fixture.ts';

const OK: CloudResponse = { status: 200, headers: { 'x-from': 'store' }, body: 'stored' };

let answer: (request: StoreRequest) => Promise<CloudResponse>;
let listening: Listening;

beforeEach(async () => {
  const cloud = { handleObjectStore: (request: StoreRequest) => answer(request) };
  const server = createServer((req, res) => {
    void answerStore(cloud, { req, res, target: splitTarget(req.url ?? ''), caller: LOCAL });
  });
  listening = await listen(server, '127.0.0.1', 0);
});
afterEach(() => listening.close());

/** Everything that comes until the server ends or `enough` holds. */
async function received(socket: Socket, enough: (text: string) => boolean = () => false): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const stream: AsyncIterable<Uint8Array> = socket;
  for await (const chunk of stream) {
    chunks.push(chunk);
    if (enough(Buffer.concat(chunks).toString())) break;
  }
  return Buffer.concat(chunks);
}

async function sizeOf(body: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const chunk of body) size += chunk.length;
  return size;
}

describe('a request to the object store', () => {
  test('comes whole: path, query, headers with the Host as sent, and body', async () => {
    let seen: Omit<StoreRequest, 'body'> | undefined;
    let size = 0;
    answer = async ({ body, ...rest }) => {
      seen = rest;
      size = await sizeOf(body);
      return OK;
    };
    const headers = { host: 'Upload-a10b.mypikpak.com:443', 'content-length': '6', 'X-OSS-Token': 't' };
    const socket = await open(listening.port, 'PUT /up%2Fk?partNumber=1&uploadId=U', headers);
    socket.end('sixsix');
    const got = parseAnswer(await received(socket, (text) => text.endsWith('stored')));
    expect([got.status, got.headers['x-from'], size]).toEqual([200, 'store', 6]);
    expect(seen).toMatchObject({
      method: 'PUT',
      host: 'upload-a10b.mypikpak.com',
      path: '/up%2Fk',
      headers: { host: 'Upload-a10b.mypikpak.com:443', 'x-oss-token': 't' },
      caller: LOCAL,
    });
    expect(seen?.query.get('uploadId')).toBe('U');
  });

  test('is read as it comes, not when it is whole', async () => {
    const first = signal();
    answer = async ({ body }) => {
      for await (const _ of body) first.fire();
      return OK;
    };
    const socket = await open(listening.port, 'PUT /k', { 'content-length': '2' });
    socket.write('a');
    await first.seen;
    socket.write('b');
    expect(parseAnswer(await received(socket, (text) => text.endsWith('stored'))).status).toBe(200);
  });

  test('may be answered before its body was read: the rest is read away and the connection goes on', async () => {
    answer = async ({ body, path }) => {
      if (path === '/early') for await (const _ of body) break;
      return { ...OK, status: path === '/early' ? 403 : 200 };
    };
    const size = 8 * 1024 * 1024;
    const socket = connect(listening.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`PUT /early HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
    socket.write(Buffer.alloc(size));
    socket.write('GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    const text = (await received(socket)).toString();
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 403', 'HTTP/1.1 200']);
  });

  test('is cut without an answer when the store hangs up', async () => {
    answer = async () => ({ ...OK, hangUp: true });
    const socket = await open(listening.port, 'PUT /k', { 'content-length': '0' });
    expect((await received(socket)).length).toBe(0);
  });

  test('breaks off in the store when its client leaves, and the next one is served', async () => {
    const begun = signal();
    const { promise: ended, resolve: end } = Promise.withResolvers<string>();
    answer = async ({ body, path }) => {
      if (path !== '/left') return OK;
      try {
        for await (const _ of body) begun.fire();
        end('whole');
      } catch {
        end('broken off');
      }
      return { ...OK, status: 500 };
    };
    const socket = await open(listening.port, 'PUT /left', { 'content-length': '10' });
    socket.write('abc');
    await begun.seen;
    socket.destroy();
    expect(await ended).toBe('broken off');
    expect((await ask(listening.port, 'GET /')).status).toBe(200);
  });
});
