import { afterEach, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createUiDoor, loadAssets } from './ui.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** The door over a folder with these files. */
async function ui(files: Readonly<Record<string, string>>): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-ui-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const door = createUiDoor(await loadAssets(folder));
  const server = http.createServer((req, res) => void door(req, res));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => server.close());
  return (server.address() as AddressInfo).port;
}

const BUILT = {
  'index.html': '<html>page</html>',
  'index.html.br': 'packed page',
  'assets/app-1a2b3c4d.js': 'script',
  'assets/app-1a2b3c4d.js.br': 'packed',
  'assets/app-1a2b3c4d.js.gz': 'zipped',
  'favicon.svg': '<svg/>',
};

/** A request with exactly these headers; `fetch` would add its own. */
function get(port: number, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: http.IncomingHttpHeaders; text: string }>(
    (resolve, reject) => {
      const req = http.get({ port, host: '127.0.0.1', path, headers, agent: false }, (res) => {
        let text = '';
        res.on('data', (chunk: Buffer) => (text += chunk.toString()));
        res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text }));
      });
      req.on('error', reject);
    },
  );
}

const page = { Accept: 'text/html,application/xhtml+xml' };

describe('the web app', () => {
  test('hashed files are kept for ever, the page is asked for each time', async () => {
    const port = await ui(BUILT);
    const script = await get(port, '/assets/app-1a2b3c4d.js');
    expect(script.text).toBe('script');
    expect(script.headers['cache-control']).toContain('immutable');
    expect(script.headers['content-type']).toStartWith('text/javascript');
    expect((await get(port, '/favicon.svg')).headers['cache-control']).toBe('no-cache');
    expect((await get(port, '/', page)).headers['cache-control']).toBe('no-cache');
  });

  test('clients that can unpack get the packed form', async () => {
    const port = await ui(BUILT);
    const path = '/assets/app-1a2b3c4d.js';
    expect((await get(port, path, { 'Accept-Encoding': 'gzip, br' })).text).toBe('packed');
    const zipped = await get(port, path, { 'Accept-Encoding': 'gzip, br;q=0' });
    expect(zipped.text).toBe('zipped');
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(zipped.headers.vary).toBe('Accept-Encoding');
  });

  test('every address that a browser opens leads to the page', async () => {
    const port = await ui(BUILT);
    for (const path of ['/', '/index.html', '/@manage', '/any/film.mp4', '/%zz']) {
      const res = await get(port, path, page);
      expect(res.text).toBe('<html>page</html>');
      expect(res.headers['content-security-policy']).toContain("script-src 'self'");
    }
  });

  test('clickjacking, foreign scripts and sniffing are ruled out by the page’s headers', async () => {
    const { headers } = await get(await ui(BUILT), '/', page);
    const policy = headers['content-security-policy'];
    for (const rule of [
      "default-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "object-src 'none'",
    ]) {
      expect(policy).toContain(rule);
    }
    expect(policy).not.toMatch(/script-src[^;]*(?:'unsafe-inline'|'unsafe-eval'|https?:)/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  test('a script or picture that is not there is a 404, not the page', async () => {
    const port = await ui(BUILT);
    const res = await get(port, '/assets/old-99999999.js', { Accept: 'text/css,image/*' });
    expect(res.status).toBe(404);
    expect(JSON.parse(res.text).code).toBe(404);
    expect((await get(port, '/assets/gone-1a2b3c4d.js', { accept: '*/*' })).status).toBe(404);
  });

  test('nothing outside the build can be named', async () => {
    const port = await ui(BUILT);
    const socket = net.connect(port, '127.0.0.1');
    socket.write(
      'GET /assets/../../../etc/passwd HTTP/1.1\r\nHost: x\r\nAccept: image/png\r\nConnection: close\r\n\r\n',
    );
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    await once(socket, 'close');
    expect(text).toStartWith('HTTP/1.1 404');
  });

  test('without a build the page says how to make one', async () => {
    const port = await ui({});
    const res = await get(port, '/', page);
    expect(res.status).toBe(503);
    expect(res.text).toContain('bun packages/web/build.ts');
  });

  test('HEAD has the length and no body', async () => {
    const port = await ui(BUILT);
    const res = await fetch(`http://127.0.0.1:${port}/favicon.svg`, { method: 'HEAD' });
    expect(res.headers.get('content-length')).toBe('6');
  });
});
