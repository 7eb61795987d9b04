import { afterEach, describe, expect, test } from 'bun:test';
import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Readable } from 'node:stream';

// What the design (§4) takes for granted of Bun's node:http. A Bun that changes one of these fails here, not at a user's.

const open: Server[] = [];

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function ask(
  port: number,
  method: string,
  path: string,
): Promise<{ head: IncomingMessage; body: string }> {
  const sent = request({ host: '127.0.0.1', port, method, path });
  sent.end();
  const [head] = (await once(sent, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of head) body += String(chunk);
  return { head, body };
}

/** Sends bytes as they are and gives all that comes back until the server closes. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('node:http on this Bun', () => {
  test('a streamed body keeps the Content-Length that was set', async () => {
    const port = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      Readable.from(['hello', 'world']).pipe(response);
    });
    const { head, body } = await ask(port, 'GET', '/');
    expect(head.headers['content-length']).toBe('10');
    expect(head.headers['transfer-encoding']).toBeUndefined();
    expect(body).toBe('helloworld');
  });

  test('HEAD keeps its Content-Length', async () => {
    const port = await serve((_, response) =>
      response.writeHead(200, { 'content-length': '4294967296' }).end(),
    );
    const { head } = await ask(port, 'HEAD', '/');
    expect(head.headers['content-length']).toBe('4294967296');
  });

  test('the request target arrives as it was sent', async () => {
    const port = await serve((incoming, response) => response.end(incoming.url));
    for (const target of ['/a/../b', '/%2e%2e/%2F', '//x', '/%zz', '/a?b=%25']) {
      const answer = await raw(port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(answer.split('\r\n\r\n')[1]).toContain(target);
    }
  });

  test('the methods of WebDAV reach the handler', async () => {
    const port = await serve((incoming, response) => response.end(incoming.method));
    for (const method of ['PROPFIND', 'PROPPATCH', 'MKCOL', 'COPY', 'MOVE', 'LOCK', 'UNLOCK']) {
      expect((await ask(port, method, '/')).body).toBe(method);
    }
  });

  test('a client that leaves is seen as close on the response', async () => {
    const closed = Promise.withResolvers<void>();
    const port = await serve((_, response) => {
      response.on('close', () => closed.resolve());
      response.writeHead(200, { 'content-length': '100' }).write('some');
    });
    const sent = request({ host: '127.0.0.1', port, path: '/' });
    sent.end();
    const [head] = (await once(sent, 'response')) as [IncomingMessage];
    head.once('error', () => {}); // the cut is ours
    await once(head, 'data');
    sent.destroy();
    await closed.promise;
  });

  // `links/held-bytes.ts` rests on this. Before the drain the runtime still holds a part of the chunk by reference.
  test('a chunk may be written over when the response has drained, and no earlier', async () => {
    const length = 64 * 1024;
    const count = 320; // more than the system's buffers take, so that some have to wait
    const chunk = Buffer.alloc(length);
    const port = await serve((_, response) => {
      response.writeHead(200, { 'content-length': String(length * count) });
      let next = 0;
      const pour = (): void => {
        for (let accepting = true; accepting && next < count; next += 1) {
          chunk.fill(next % 251);
          accepting = response.write(chunk);
        }
        if (next === count) response.end();
      };
      response.on('drain', pour);
      pour();
    });
    const sent = request({ host: '127.0.0.1', port, agent: false });
    sent.end();
    const [head] = (await once(sent, 'response')) as [IncomingMessage];
    head.pause();
    for (let turns = 0; turns < 50; turns += 1) await new Promise(setImmediate);
    const body = Buffer.concat(await Array.fromAsync(head as AsyncIterable<Buffer>));
    const parts = Array.from({ length: count }, (_, i) => body.subarray(i * length, (i + 1) * length));
    expect(parts.findIndex((part, i) => !part.equals(Buffer.alloc(length, i % 251)))).toBe(-1);
  });

  test('a body that is destroyed reaches the client as a cut, not as an end', async () => {
    const port = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('some', () => response.destroy());
    });
    const sent = request({ host: '127.0.0.1', port, path: '/' });
    sent.end();
    const [head] = (await once(sent, 'response')) as [IncomingMessage];
    const read = (async () => {
      for await (const chunk of head) void chunk;
    })();
    expect(await read.catch((error: unknown) => error)).toBeInstanceOf(Error);
  });
});
