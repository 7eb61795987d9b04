import { afterEach, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import net from 'node:net';
import { type Listener, type ListenerLimits, listen } from './listener.ts';

const open: Listener[] = [];
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close();
});

async function start(
  handler: RequestListener,
  limits?: ListenerLimits,
  takesFile?: (req: IncomingMessage) => boolean,
): Promise<Listener & { readonly port: number }> {
  const listener = await listen(
    handler,
    { host: '127.0.0.1', port: 0, ...(takesFile && { takesFile }) },
    limits,
  );
  open.push(listener);
  return { ...listener, port: Number(new URL(listener.url).port) };
}

async function raw(port: number, text: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(text);
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString()));
  await once(socket, 'close');
  return answer;
}

describe('listen', () => {
  test('names the port that it got', async () => {
    const { url } = await start((_, res) => res.end('hello'));
    expect(await (await fetch(url)).text()).toBe('hello');
  });

  test('a taken port is an error with its code', async () => {
    const { port } = await start((_, res) => res.end());
    const failure = await listen(() => {}, { host: '127.0.0.1', port }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'EADDRINUSE' });
  });

  test('what is no HTTP is refused and the connection closed', async () => {
    const { port } = await start((_, res) => res.end());
    expect(await raw(port, 'garbage\r\n\r\n')).toStartWith('HTTP/1.1 400 ');
    const big = `GET / HTTP/1.1\r\nHost: x\r\nBig: ${'a'.repeat(40_000)}\r\n\r\n`;
    expect(await raw(port, big)).toStartWith('HTTP/1.1 431 ');
  });

  test('a request with two lengths reaches no door', async () => {
    const seen: (string | undefined)[] = [];
    const { port } = await start((req, res) => {
      seen.push(req.url);
      res.end();
    });
    const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
    await raw(
      port,
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    );
    expect(seen).not.toContain('/smuggled');
  });

  test.each([
    ['nothing', ''],
    ['half a head', 'GET / HTTP/1.1\r\nHost: x\r\nX-'],
    ['half a body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab'],
  ])('slowloris: a client that sends %s is let go', async (_, text) => {
    const limits = { headMs: 60, bodyMs: 90, checkEveryMs: 30 };
    const { port } = await start((req, res) => req.resume().once('end', () => res.end()), limits);
    expect(await raw(port, text)).toStartWith('HTTP/1.1 408 ');
  });

  test('the body of a file may take its time', async () => {
    const limits = { headMs: 60, bodyMs: 60, checkEveryMs: 20 };
    const { port } = await start(
      (req, res) => req.resume().once('end', () => res.end()),
      limits,
      (req) => req.url === '/file',
    );
    const socket = net.connect(port, '127.0.0.1');
    socket.write('PUT /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 6\r\n\r\n');
    for (let i = 0; i < 6; i++) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      socket.write('a');
    }
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toStartWith('HTTP/1.1 200 ');
    socket.destroy();
  });

  test.each([
    'Content-Length: 2\r\nContent-Length: 20',
    'Content-Length: 2\r\n 0',
    'Transfer-Encoding: xchunked',
    'Transfer-Encoding : chunked\r\nContent-Length: 2',
    'X-Folded: a\r\n b\r\nContent-Length: 2',
  ])('request smuggling: nothing behind %p reaches a door', async (head) => {
    const seen: (string | undefined)[] = [];
    const { port } = await start((req, res) => {
      seen.push(req.url);
      res.end();
    });
    const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
    expect(await raw(port, `POST / HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n{}${smuggled}`)).toContain(' 400 ');
    expect(seen).not.toContain('/smuggled');
  });

  test('closing cuts what still runs, soon', async () => {
    const listener = await listen((_, res) => void res.write('never ends'), { host: '127.0.0.1', port: 0 });
    const res = await fetch(listener.url);
    const began = performance.now();
    await listener.close();
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(await res.text().catch((error: unknown) => error)).toBeInstanceOf(Error);
  });
});
