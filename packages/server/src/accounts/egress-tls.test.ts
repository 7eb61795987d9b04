import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { type Sandbox, startSandbox } from '@sluice/sandbox';
import type { Log } from '../core/runtime.ts';
import { createEgress, type Egress } from './egress.ts';
import { startHttpProxy } from './testing/servers.ts';

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
const ASK = 'https://api-drive.mypikpak.com/drive/v1/files';

let sandbox: Sandbox;
let ways: Egress;
beforeAll(async () => {
  sandbox = await startSandbox();
  const { port, proxyPort, caPem } = sandbox;
  const other = await startSandbox(); // another authority under the same names
  await other.stop();
  ways = createEgress({
    log: quiet,
    named: {
      straight: { kind: 'direct', connectTo: { host: '127.0.0.1', port }, ca: caPem },
      proxied: { kind: 'proxy', proxyUrl: `http://127.0.0.1:${proxyPort}`, ca: caPem },
      'straight, distrusted': { kind: 'direct', connectTo: { host: '127.0.0.1', port }, ca: other.caPem },
      'proxied, distrusted': { kind: 'proxy', proxyUrl: `http://127.0.0.1:${proxyPort}`, ca: other.caPem },
    },
  });
});
afterAll(async () => {
  ways.close();
  await sandbox.stop();
});

function ask(egress: string, url = ASK) {
  return ways.http(egress).request({ method: 'GET', url, signal: new AbortController().signal });
}

describe('https', () => {
  test.each(['straight', 'proxied'])('%p reaches the host that the URL names', async (egress) => {
    for (let i = 0; i < 3; i += 1) {
      const response = await ask(egress);
      expect(response.status).toBe(401);
      expect(await text(response.body)).toContain('unauthenticated');
    }
  });

  test('through a proxy takes its connection up again', async () => {
    const proxy = await startHttpProxy(sandbox.port);
    const { caPem: ca } = sandbox;
    const named = { counted: { kind: 'proxy', proxyUrl: `http://127.0.0.1:${proxy.port}`, ca } } as const;
    const own = createEgress({ log: quiet, named });
    for (let i = 0; i < 5; i += 1) {
      const { signal } = new AbortController();
      await text((await own.http('counted').request({ method: 'GET', url: ASK, signal })).body);
    }
    expect(proxy.targets).toHaveLength(1);
    own.close();
    proxy.close();
  });

  test.each(['straight, distrusted', 'proxied, distrusted'])(
    '%p fails, for the certificate is of another authority',
    async (egress) => {
      const asked = ask(egress);
      expect(asked).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('certificate'),
      });
      await asked.catch(() => {});
    },
  );

  test.each(['straight', 'proxied'])('%p does not take the certificate for another name', async (egress) => {
    const asked = ask(egress, 'https://example.org/');
    expect(asked).rejects.toMatchObject({ code: 'unavailable' });
    await asked.catch(() => {});
  });

  test.each(['straight', 'proxied'])('%p stops with its signal before the head', async (egress) => {
    const stop = new AbortController();
    const asked = ways.http(egress).request({ method: 'GET', url: ASK, signal: stop.signal });
    stop.abort();
    expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    await asked.catch(() => {});
  });

  test('the proxy that has no such host is said to refuse', async () => {
    const asked = ask('proxied', 'https://example.org/');
    expect(asked).rejects.toMatchObject({ detail: { vendorCode: expect.stringMatching(/^4\d\d$/) } });
    await asked.catch(() => {});
  });
});

test('fifty tunnels at once are fifty connections, all let go', async () => {
  const responses = await Promise.all(Array.from({ length: 50 }, () => ask('proxied')));
  for (const response of responses) {
    response.body.resume();
    await once(response.body, 'close');
  }
  expect(responses.map((response) => response.status)).toEqual(Array.from({ length: 50 }, () => 401));
});
