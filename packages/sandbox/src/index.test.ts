import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { ask, driveHeaders, records } from './cloud/cloud-fixture.ts';
import { type Caller, type Sandbox, SandboxStartError, startSandbox } from './index.ts';
import { createMedia } from './media/index.ts';
import { listen } from './wire/listen.ts';
import { ask as askWire, open } from './wire/wire-fixture.ts';

const CALLERS: Readonly<Record<'local' | 'asia' | 'eu', Caller>> = {
  local: { address: '127.0.0.1', region: 'local' },
  asia: { address: '203.0.113.9', region: 'asia' },
  eu: { address: '198.51.100.7', region: 'eu' },
};

/** The link of a file of the demo account, as `caller` gets it. */
async function linkOf(sandbox: Sandbox, path: readonly string[], caller: Caller): Promise<string> {
  const headers = await driveHeaders(sandbox.cloud);
  let id = '';
  for (const name of path) {
    const query = { parent_id: id, limit: '500' };
    const { body } = await ask(sandbox.cloud, '/drive/v1/files', { headers, query, caller });
    id = String(records(body, 'files').find((file) => file['name'] === name)?.['id']);
  }
  const { body } = await ask(sandbox.cloud, `/drive/v1/files/${id}`, { headers, caller });
  return String(body['web_content_link']);
}

/** What a promise is rejected with; undefined when it is not. */
function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

const BIG = ['Big', '4GiB.bin'];

describe('a sandbox', () => {
  let sandbox: Sandbox;
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const caFile = join(folder, 'ca.pem');

  beforeAll(async () => {
    sandbox = await startSandbox({ caFile });
  });

  afterAll(async () => {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Fetches one of PikPak's addresses directly or through a proxy. */
  function through(proxyPort: number, url: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(url, { headers, proxy: `http://127.0.0.1:${proxyPort}`, tls: { ca: sandbox.caPem } });
  }

  test('writes the authority that its certificate is checked with', async () => {
    expect(readFileSync(caFile, 'utf8')).toBe(sandbox.caPem);
    for (const servername of [
      'user.mypikpak.com',
      'mypikpak.net',
      'dl-a10b-0001.pikpak.me',
      'x.pikpakdrive.com',
    ]) {
      const req = request({
        host: '127.0.0.1',
        port: sandbox.port,
        servername,
        ca: readFileSync(caFile),
        agent: false,
        headers: { host: servername },
        path: '/_sandbox/stats',
      });
      req.end();
      const [res]: unknown[] = await once(req, 'response');
      expect(res).toMatchObject({ statusCode: 200 });
      req.destroy();
    }
  });

  test('is not believed for other hosts, nor without its authority', async () => {
    const url = `https://127.0.0.1:${sandbox.port}/_sandbox/stats`;
    expect(await failure(fetch(url))).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    const asOther = fetch(url, { tls: { ca: sandbox.caPem, serverName: 'example.com' } });
    expect(await failure(asOther)).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  test('knows callers of its own port by address, and others by their proxy', async () => {
    const links = {
      local: await linkOf(sandbox, BIG, CALLERS.local),
      asia: await linkOf(sandbox, BIG, CALLERS.asia),
      eu: await linkOf(sandbox, BIG, CALLERS.eu),
    };
    const range = { range: 'bytes=4294967290-' };
    const direct = (url: string): Promise<Response> =>
      fetch(`https://localhost:${sandbox.port}${url.slice(url.indexOf('/download'))}`, {
        headers: { ...range, host: new URL(url).host },
        tls: { ca: sandbox.caPem, serverName: 'localhost' },
      });
    const table = {
      local: [direct(links.local), direct(links.asia), direct(links.eu)],
      asia: [links.local, links.asia, links.eu].map((url) => through(sandbox.proxyPort, url, range)),
      eu: [links.local, links.asia, links.eu].map((url) => through(sandbox.proxyPortEu, url, range)),
    };
    const statuses = async (row: Promise<Response>[]): Promise<number[]> =>
      (await Promise.all(row)).map(({ status }) => status);
    expect(await statuses(table.local)).toEqual([206, 403, 403]);
    expect(await statuses(table.asia)).toEqual([403, 206, 403]);
    expect(await statuses(table.eu)).toEqual([403, 403, 206]);
    const bytes = new Uint8Array(await (await through(sandbox.proxyPort, links.asia, range)).arrayBuffer());
    expect([...bytes]).toEqual([0, 1, 2, 3, 4, 5].map((i) => (4_294_967_290 + i) % 251));
  });

  test('gives the bundled film through a proxy, byte for byte', async () => {
    const link = await linkOf(sandbox, ['Movies', 'Sample (2026)', 'sample.mp4'], CALLERS.eu);
    const response = await through(sandbox.proxyPortEu, link);
    expect(response.headers.get('content-type')).toBe('video/mp4');
    const film = createMedia().file('sample.mp4');
    const body = Buffer.from(await response.arrayBuffer());
    const chunks: Uint8Array[] = [];
    for await (const chunk of film.slice(0, film.size)) chunks.push(chunk);
    expect(Buffer.compare(body, Buffer.concat(chunks))).toBe(0);
  });

  test('notices within a second that a client behind a proxy has left', async () => {
    const link = await linkOf(sandbox, BIG, CALLERS.asia);
    const response = await through(sandbox.proxyPort, link);
    const reader = response.body?.getReader();
    await reader?.read();
    expect(sandbox.stats().openCdnConnections).toBe(1);
    const left = performance.now();
    await reader?.cancel();
    while (sandbox.stats().openCdnConnections > 0 && performance.now() - left < 2000)
      await through(sandbox.proxyPort, 'https://mypikpak.com/_sandbox/stats');
    expect(sandbox.stats().openCdnConnections).toBe(0);
    expect(performance.now() - left).toBeLessThan(1000);
  });

  test('answers an API call with the address that it was asked through, and counts it', async () => {
    const url = 'https://api-drive.mypikpak.net/drive/v1/share?share_id=VNsandboxRegionShare001';
    const headers = { 'x-device-id': '3ee0327a0cac0b07e1a84f6a81f5cfff', 'x-client-id': 'YUMx5nI8ZU8Ap8pm' };
    const status = async (port: number): Promise<unknown> => {
      const json: unknown = await (await through(port, url, headers)).json();
      return json;
    };
    expect(await status(sandbox.proxyPort)).toMatchObject({ share_status: 'PROHIBITED' });
    expect(await status(sandbox.proxyPortEu)).toMatchObject({ share_status: 'OK' });
    expect(sandbox.stats().requests['GET /drive/v1/share']).toBe(2);
  });

  test('leads the object store’s hosts to the object store, whichever way they are asked', async () => {
    const bucket = 'vip-lixian-07.mypikpak.com';
    const viaTls = await Promise.all(
      [sandbox.proxyPort, sandbox.proxyPortEu].map((port) =>
        through(port, 'https://upload-a10b.mypikpak.com/download/key?uploads'),
      ),
    );
    const viaHttp = await Promise.all(
      [sandbox.proxyPort, sandbox.proxyPortEu].map((port) =>
        askWire(port, `GET http://${bucket}/key?uploads`),
      ),
    );
    const direct = await askWire(sandbox.cdnPort, 'GET /key?uploads', { host: bucket });
    expect(viaTls.map(({ status }) => status)).toEqual([403, 403]);
    for (const response of viaTls) expect(await response.text()).toContain('<Code>AccessDenied</Code>');
    for (const { status, body } of [...viaHttp, direct]) {
      expect([status, body.toString()]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
    }
  });

  test('refuses a body that is too long', async () => {
    const response = await fetch('https://user.mypikpak.com/v1/auth/signin', {
      method: 'POST',
      body: new Uint8Array(8 * 1024 * 1024 + 1),
      proxy: `http://127.0.0.1:${sandbox.proxyPort}`,
      tls: { ca: sandbox.caPem },
    });
    expect(response.status).toBe(413);
  });
});

describe('a sandbox with plain links', () => {
  test('leads downloads, pictures and the human check to its plain port', async () => {
    const sandbox = await startSandbox({ httpLinks: true, linkLifeMs: 60_000 });
    const base = `http://127.0.0.1:${sandbox.cdnPort}`;
    const link = await linkOf(sandbox, ['Documents', 'notes.txt'], CALLERS.local);
    expect(link).toStartWith(`${base}/download/?`);
    expect(await (await fetch(link)).text()).toStartWith('Notes\n');
    expect((await fetch(link, { proxy: `http://127.0.0.1:${sandbox.proxyPort}` })).status).toBe(403);
    const { body } = await ask(sandbox.cloud, '/v1/shield/captcha/init', {
      json: {
        client_id: 'YUMx5nI8ZU8Ap8pm',
        device_id: '3ee0327a0cac0b07e1a84f6a81f5cfff',
        action: 'POST:/v1/auth/signin',
        meta: { email: 'verify@sluice.test' },
      },
    });
    expect(String(body['url'])).toStartWith(`${base}/captcha/`);
    expect(await (await fetch(String(body['url']))).text()).toContain('Security check');
    sandbox.clock.advance(60_000);
    expect((await fetch(link)).status).toBe(403);
    await sandbox.stop();
  });

  test('lets a client fetch a plain link through a tunnel, as that proxy’s caller', async () => {
    const sandbox = await startSandbox({ httpLinks: true });
    const link = new URL(await linkOf(sandbox, ['Documents', 'notes.txt'], CALLERS.eu));
    const socket = await open(sandbox.proxyPortEu, `CONNECT ${link.host}`);
    await once(socket, 'readable');
    expect(String(socket.read())).toStartWith('HTTP/1.1 200 ');
    socket.write(`GET ${link.pathname}${link.search} HTTP/1.1\r\nHost: ${link.host}\r\n\r\n`);
    await once(socket, 'readable');
    expect(String(socket.read())).toStartWith('HTTP/1.1 200 ');
    await sandbox.stop();
  });
});

describe('starting and stopping', () => {
  test('says which port is taken, and leaves nothing open', async () => {
    const taken = await listen(createServer(), '127.0.0.1', 0);
    for (const option of ['port', 'proxyPort', 'proxyPortEu', 'cdnPort']) {
      const error = await failure(startSandbox({ [option]: taken.port }));
      expect(error).toBeInstanceOf(SandboxStartError);
      expect(String(error)).toContain(`port ${taken.port} is taken`);
    }
    await taken.close();
  });

  test('says that a seed is not known or the CA file can’t be written', async () => {
    expect(String(await failure(startSandbox({ seed: 'nonsense' })))).toContain('unknown seed "nonsense"');
    const unwritable = await failure(startSandbox({ caFile: '/nonexistent/ca.pem' }));
    expect(unwritable).toBeInstanceOf(SandboxStartError);
    expect(String(unwritable)).toContain("the CA file can't be written");
  });

  test('stopping cuts downloads and tunnels and frees the ports', async () => {
    const sandbox = await startSandbox();
    const link = await linkOf(sandbox, BIG, CALLERS.asia);
    const response = await fetch(link, {
      proxy: `http://127.0.0.1:${sandbox.proxyPort}`,
      tls: { ca: sandbox.caPem },
    });
    const tunnel = await open(sandbox.proxyPortEu, 'CONNECT user.mypikpak.com:443');
    await once(tunnel, 'data');
    const tunnelEnd = once(tunnel, 'close');
    const body = response.arrayBuffer().then(
      () => 'whole',
      () => 'cut',
    );
    await sandbox.stop();
    expect(await body).toBe('cut');
    await tunnelEnd;
    const again = await startSandbox({
      port: sandbox.port,
      proxyPort: sandbox.proxyPort,
      proxyPortEu: sandbox.proxyPortEu,
      cdnPort: sandbox.cdnPort,
    });
    expect(again.port).toBe(sandbox.port);
    await again.stop();
  });
});
