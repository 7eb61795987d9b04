import { expect, test } from 'bun:test';
import { createServer } from 'node:http';
import { createFaults } from '../cloud/index.ts';
import type { CloudRequest, CloudWithStore } from '../types.ts';
import { createClock } from './clock.ts';
import { createConnectionLimits } from './connection-limits.ts';
import { createCounters } from './counters.ts';
import { createFront, createPlainFront, type FrontParts } from './front.ts';
import { listen } from './listen.ts';
import { ask, LOCAL } from './wire-fixture.ts';

/** A cloud that keeps what it was asked and answers 202, or breaks when it is asked for `/break`. */
function recordingCloud(): {
  readonly cloud: CloudWithStore;
  readonly seen: CloudRequest[];
  readonly downloads: string[];
} {
  const seen: CloudRequest[] = [];
  const downloads: string[] = [];
  const cloud: CloudWithStore = {
    handle: async (request) => {
      if (request.path === '/break') throw new Error('out of order');
      seen.push(request);
      return { status: 202, headers: { 'x-from': 'cloud' }, body: 'seen' };
    },
    authorizeDownload: (path) => {
      downloads.push(path);
      return { ok: false, status: 403 };
    },
    solveChallenge: () => undefined,
    reset: async () => {},
    handleObjectStore: async () => ({ status: 500, headers: {}, body: '' }),
    isObjectStoreHost: () => false,
    close: async () => {},
    stats: () => ({ signIns: 0, refreshes: 0, captchaInits: 0 }),
    inspect: () => [],
  };
  return { cloud, seen, downloads };
}

async function withFront(
  make: typeof createFront,
  cloud: CloudWithStore,
  use: (port: number, parts: FrontParts) => Promise<void>,
): Promise<void> {
  const [clock, faults, counters, limits] = [
    createClock(),
    createFaults(),
    createCounters(),
    createConnectionLimits(),
  ];
  const stats = () => ({ ...cloud.stats(), requests: {}, openCdnConnections: 0, cdnBytes: 0 });
  const parts: FrontParts = {
    cloud,
    counters,
    cdn: { cloud, faults, clock, limits, counters },
    control: { clock, faults, stats, reseed: () => cloud.reset('standard') },
  };
  const front = make(parts);
  const server = await listen(
    createServer((req, res) => void front(req, res, LOCAL)),
    '127.0.0.1',
    0,
  );
  try {
    await use(server.port, parts);
  } finally {
    await server.close();
  }
}

test('a request reaches the cloud as it was sent, with its caller', async () => {
  const { cloud, seen } = recordingCloud();
  await withFront(createFront, cloud, async (port) => {
    const host = 'USER.MyPikPak.com:9443';
    const answer = await ask(port, 'GET /v1/a%3Ab?x=1&x=2&y=%20', { host, 'X-Device-Id': 'd' });
    expect([answer.status, answer.headers['x-from'], answer.headers['content-length']]).toEqual([
      202,
      'cloud',
      '4',
    ]);
    expect(seen).toMatchObject([
      {
        method: 'GET',
        host: 'user.mypikpak.com',
        path: '/v1/a%3Ab',
        headers: { 'x-device-id': 'd' },
        caller: LOCAL,
      },
    ]);
    expect(seen[0]?.query.getAll('x')).toEqual(['1', '2']);
    expect(seen[0]?.query.get('y')).toBe(' ');
  });
});

test('HEAD has the length of the answer and no body', async () => {
  await withFront(createFront, recordingCloud().cloud, async (port) => {
    const answer = await ask(port, 'HEAD /v1/user/me');
    expect([answer.status, answer.headers['content-length'], answer.body.length]).toEqual([202, '4', 0]);
  });
});

test('CDN hosts and download paths lead to the CDN, the rest to the API', async () => {
  const { cloud, seen, downloads } = recordingCloud();
  await withFront(createFront, cloud, async (port) => {
    await ask(port, 'GET /anything', { host: 'dl-a10b-0001.mypikpak.com' });
    await ask(port, 'GET /download/?fid=1', { host: '127.0.0.1' });
    await ask(port, 'GET /downloads', { host: 'user.mypikpak.com' });
    expect(downloads).toEqual(['/anything', '/download/']);
    expect(seen.map(({ path }) => path)).toEqual(['/downloads']);
  });
});

test('the plain port knows the human check and thumbnails by their paths, and no control', async () => {
  const { cloud, seen, downloads } = recordingCloud();
  await withFront(createPlainFront, cloud, async (port) => {
    for (const path of [
      '/captcha/v2/x.html',
      '/v0/screenshot-thumbnails/A/1/1',
      '/download/',
      '/_sandbox/stats',
    ])
      await ask(port, `GET ${path}`);
    expect(seen.map(({ host }) => host)).toEqual(['user.mypikpak.com', 'sg-thumbnail-drive.mypikpak.com']);
    expect(downloads).toEqual(['/download/', '/_sandbox/stats']);
  });
});

test('whatever breaks is an answer, and the next request is served', async () => {
  await withFront(createFront, recordingCloud().cloud, async (port, parts) => {
    const answer = await ask(port, 'GET /break');
    expect([answer.status, answer.body.toString()]).toEqual([500, '{"error":"out of order"}\n']);
    expect((await ask(port, 'GET /')).status).toBe(202);
    expect(parts.counters.requests()).toEqual({ 'GET /break': 1, 'GET /': 1 });
  });
});
