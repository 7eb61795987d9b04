import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fakeClock } from '../../../testing/fake-clock.ts';
import type { Driver } from '../../core/driver.ts';
import type { Entry } from '../../core/entry.ts';
import type { Link } from '../../core/link.ts';
import { createGateway } from '../../links/gateway-stream.ts';
import { fakeFile } from '../../links/testing/upstream.ts';
import { ctx, DEMO, idAt, QUIET } from '../pikpak/testing/sandbox-world.ts';
import { failure, linkTo, namesIn, SHARES, startShareWorld, type ShareWorld } from './testing/share-world.ts';

const INFO = 'GET /drive/v1/share';
const DETAIL = 'GET /drive/v1/share/detail';
const FILE = 'GET /drive/v1/share/file_info';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let world: ShareWorld;
beforeEach(async () => {
  world = await startShareWorld();
});
afterEach(() => world.close());

function asked(call: string): number {
  return world.sandbox.stats().requests[call] ?? 0;
}

async function theFile(driver: Driver): Promise<Entry> {
  const { entries } = await driver.list({ dir: driver.root }, ctx());
  const [file] = entries.filter((entry) => entry.kind === 'file');
  if (file === undefined) throw new Error('the share has no file at its top');
  return file;
}

function fetchFrom(link: Link, egress = 'sandbox-direct') {
  return world.env.http(egress).request({ method: 'GET', url: link.url, signal: ctx().signal });
}

describe('an open share', () => {
  test('is listed without an account, and making its storage asks for nothing', async () => {
    const driver = world.share(SHARES.open);
    expect(world.sandbox.stats().requests).toEqual({});
    expect(await namesIn(driver)).toEqual(['Deep', 'Film', 'Photos', 'readme.md']);
    expect(world.sandbox.stats()).toMatchObject({ signIns: 0, refreshes: 0, captchaInits: 1 });
    expect([asked(INFO), asked(DETAIL)]).toEqual([0, 1]);
  });

  test('costs one captcha token for two storages and 100 calls at once', async () => {
    const drivers = [world.share(SHARES.open), world.share(SHARES.large)];
    await Promise.all(Array.from({ length: 100 }, (_, i) => namesIn(drivers[i % 2] ?? world.share(''))));
    expect(world.sandbox.stats()).toMatchObject({ signIns: 0, captchaInits: 1 });
  });

  test('is walked to its depth, and each entry has a stat', async () => {
    const driver = world.share(SHARES.open);
    const id = await idAt(driver, '/Deep/One/Two/Three/notes.txt');
    expect(await driver.stat({ id }, ctx())).toMatchObject({ id, name: 'notes.txt', kind: 'file' });
  });

  test.each(['web', 'android', 'pc'])('is read on the platform %p', async (platform) => {
    expect(await namesIn(world.share(SHARES.open, { platform }))).toContain('Film');
  });

  test('has links for anyone, with their end and the listed size', async () => {
    const driver = world.share(SHARES.open);
    const id = await idAt(driver, '/Film/sample.mp4');
    const { size } = await driver.stat({ id }, ctx());
    const link = await linkTo(driver, id);
    expect(link).toMatchObject({ boundTo: 'nobody', variant: 'original', size });
    expect(link.playableBytes).toBeUndefined();
    const life = (link.expiresAt ?? 0) - world.clock.now();
    expect(life / HOUR).toBeCloseTo(24, 1);
    expect(await buffer((await fetchFrom(link, 'sandbox-eu')).body)).toHaveLength(size);
  });

  test('is shown from a folder of it, or as the one file that the link means', async () => {
    const whole = world.share(SHARES.open);
    const film = await idAt(whole, '/Film');
    const sample = await idAt(whole, '/Film/sample.mp4');
    const url = `https://mypikpak.com/s/${SHARES.open}/${film}`;
    expect(await namesIn(world.share(url))).toEqual(['sample.mp4', 'sample.srt']);
    expect(await namesIn(world.share(SHARES.open, { root_folder_id: film }))).toContain('sample.srt');
    const single = world.share(`${url}/${sample}?act=play`);
    expect(await single.stat({ id: single.root }, ctx())).toMatchObject({ kind: 'folder' });
    expect(await namesIn(single)).toEqual(['sample.mp4']);
    expect((await linkTo(single, sample)).variant).toBe('original');
  });

  test('whose root folder is not in it says where to look', async () => {
    const elsewhere = await failure(namesIn(world.share(SHARES.open, { root_folder_id: 'VNelsewhere' })));
    expect([elsewhere.code, elsewhere.detail.remedy]).toEqual([
      'not_found',
      expect.stringContaining('root folder id'),
    ]);
  });

  test('gives players the transcoded copy when that is wanted, and says so; downloads stay original', async () => {
    const driver = world.share(SHARES.open, { use_transcoding_address: true });
    const id = await idAt(driver, '/Film/sample.mp4');
    const played = await linkTo(driver, id, 'play');
    expect(played.variant).toEqual({ rendition: expect.stringMatching(/^\d+P$/) });
    expect(played.size).toBeUndefined();
    expect((await linkTo(driver, id, 'download')).variant).toBe('original');
    expect((await linkTo(world.share(SHARES.open), id, 'play')).variant).toBe('original');
  });
});

describe('the session without an account', () => {
  test('keeps its device over a restart', async () => {
    await namesIn(world.share(SHARES.open));
    const [state] = [...world.states.values()];
    expect(state).toMatchObject({ deviceId: expect.stringMatching(/^[0-9a-f]{32}$/), accessToken: '' });
    expect([...world.states.keys()]).toEqual([expect.stringMatching(/^PikPakShare:/)]);
  });

  test('gets a new captcha token when the old one is refused, and stops when that is, too', async () => {
    const driver = world.share(SHARES.open);
    await namesIn(driver);
    world.sandbox.faults.add({ kind: 'captcha_invalid', match: { path: '/drive/*' }, times: 1 });
    await namesIn(driver);
    expect(world.sandbox.stats().captchaInits).toBe(2);
    world.sandbox.faults.add({ kind: 'captcha_invalid', match: { path: '/drive/*' }, times: Infinity });
    expect((await failure(namesIn(driver))).code).toBe('unavailable');
    expect(world.sandbox.stats().captchaInits).toBe(3);
  });

  test('has a storage with a device id of its own keep to itself', async () => {
    await namesIn(world.share(SHARES.open));
    await namesIn(world.share(SHARES.open, { device_id: 'a'.repeat(32) }));
    await namesIn(world.share(SHARES.open));
    expect(world.sandbox.stats().captchaInits).toBe(2);
  });
});

describe('with an account', () => {
  test("a share uses the account's own session", async () => {
    const own = world.open(DEMO);
    await own.list({ dir: own.root }, ctx());
    const before = world.sandbox.stats();
    expect(await namesIn(world.share(SHARES.open, DEMO))).toContain('Film');
    const { signIns, captchaInits } = world.sandbox.stats();
    expect({ signIns, captchaInits }).toEqual({ signIns: 1, captchaInits: before.captchaInits });
  });
});

describe('a share with a pass code', () => {
  test.each([
    [SHARES.locked, { share_pwd: 'k7pm' }],
    [`https://mypikpak.com/s/${SHARES.locked}?pwd=k7pm`, {}],
    [`${SHARES.locked} pwd: k7pm`, {}],
    [`https://mypikpak.com/s/${SHARES.locked}?pwd=wrong`, { share_pwd: 'k7pm' }],
  ])('opens with the right one: %p %p', async (share, settings) => {
    expect(await namesIn(world.share(share, settings))).toEqual(['guide.pdf', 'notes.txt']);
  });

  test('has its code exchanged once for all who wait, and for all calls after them', async () => {
    const driver = world.share(SHARES.locked, { share_pwd: 'k7pm' });
    await Promise.all(Array.from({ length: 50 }, () => namesIn(driver)));
    const { id, size } = await theFile(driver);
    expect((await linkTo(driver, id)).size).toBe(size);
    expect(asked(INFO)).toBe(1);
  });

  test('has a token that is over replaced once, for all who noticed', async () => {
    const driver = world.share(SHARES.locked, { share_pwd: 'k7pm' });
    await namesIn(driver);
    world.advance(2 * HOUR);
    await Promise.all(Array.from({ length: 20 }, () => namesIn(driver)));
    expect(asked(INFO)).toBe(2);
  });

  test.each([
    ['', 'PASS_CODE_EMPTY', 'needs a pass code'],
    ['wrong', 'PASS_CODE_ERROR', 'is wrong'],
  ])('without the right one (%p) is one error and no further question', async (code, vendorCode, words) => {
    const driver = world.share(SHARES.locked, { share_pwd: code });
    const first = await failure(namesIn(driver));
    expect(first).toMatchObject({ code: 'share_password', retry: 'never', detail: { vendorCode } });
    expect(first.message).toContain(words);
    const before = world.sandbox.stats().requests;
    for (let i = 0; i < 20; i += 1) expect((await failure(namesIn(driver))).code).toBe('share_password');
    expect(world.sandbox.stats().requests).toEqual(before);
    expect(asked(INFO)).toBe(1);
  });

  test('is tried again after 10 minutes, then after 20', async () => {
    const driver = world.share(SHARES.locked, { share_pwd: 'wrong' });
    await failure(namesIn(driver));
    world.advance(9 * MINUTE);
    expect((await failure(namesIn(driver))).retryAfterMs).toBeWithin(MINUTE - 5_000, MINUTE + 1);
    expect(asked(INFO)).toBe(1);
    world.advance(MINUTE);
    expect((await failure(namesIn(driver))).retry).toBe('never');
    expect(asked(INFO)).toBe(2);
    world.advance(19 * MINUTE);
    await failure(namesIn(driver));
    expect(asked(INFO)).toBe(2);
    world.advance(MINUTE);
    await failure(namesIn(driver));
    expect(asked(INFO)).toBe(3);
  });

  test('whose code is corrected opens at once', async () => {
    await failure(namesIn(world.share(SHARES.locked, { share_pwd: 'wrong' })));
    expect(await namesIn(world.share(SHARES.locked, { share_pwd: 'k7pm' }))).toContain('guide.pdf');
  });

  test('after too many wrong codes is left alone, and other shares go on', async () => {
    world.sandbox.faults.add({ kind: 'too_frequent', match: { path: '/drive/v1/share' }, times: 1 });
    const driver = world.share(SHARES.locked, { share_pwd: 'wrong' });
    expect((await failure(namesIn(driver))).code).toBe('rate_limited');
    expect((await failure(namesIn(driver))).code).toBe('rate_limited');
    expect(asked(INFO)).toBe(1);
    expect(await namesIn(world.share(SHARES.open))).toContain('Film');
  });
});

describe('a share that can not be read', () => {
  test.each([
    [SHARES.gone, 'share_gone', 'DELETED', 'has been deleted'],
    [SHARES.ended, 'share_expired', 'EXPIRED', 'has ended'],
    [SHARES.unknown, 'share_gone', 'NOT_FOUND', 'knows no share'],
    [SHARES.region, 'region_blocked', 'PROHIBITED', 'region'],
  ])('%p is %p (%s)', async (id, code, vendorCode, words) => {
    const driver = world.share(id);
    for (const call of [namesIn(driver), driver.stat({ id: 'VNsome' }, ctx()), linkTo(driver, 'VNsome')]) {
      const error = await failure(call);
      expect(error).toMatchObject({ code, retry: 'never', detail: { vendorCode } });
      expect(error.message).toContain(words);
      expect(error.detail.remedy).toMatch(/\.$/);
    }
  });
});

describe('a share that is refused by region', () => {
  test('names the egress as the way out, and opens through one in the right region', async () => {
    expect((await failure(namesIn(world.share(SHARES.region)))).detail.remedy).toContain('Egress');
    expect((await failure(namesIn(world.share(SHARES.region, { egress: 'sandbox' })))).code).toBe(
      'region_blocked',
    );
    const driver = world.share(SHARES.region, { egress: 'sandbox-eu' });
    const file = await theFile(driver);
    expect(file.name).toBe('europe-only.md');
    const link = await linkTo(driver, file.id);
    expect(await buffer((await fetchFrom(link, 'sandbox-eu')).body)).toHaveLength(file.size);
  });
});

describe('a share whose original is cut', () => {
  test('says beforehand how much of it can be played', async () => {
    const driver = world.share(SHARES.large);
    const { id, size } = await theFile(driver);
    const link = await linkTo(driver, id);
    expect(link).toMatchObject({ variant: 'original', size, playableBytes: Math.floor(size * 0.45) });
    const response = await fetchFrom(link);
    let got = 0;
    response.body.on('data', (chunk: Buffer) => {
      got += chunk.length;
    });
    response.body.on('error', () => {}); // 'close' follows
    await new Promise((resolve) => response.body.once('close', resolve));
    expect(Number(response.headers['content-length'])).toBe(size);
    expect(got).toBe(link.playableBytes ?? 0);
  });

  test('comes whole as the copy', async () => {
    const driver = world.share(SHARES.large, { use_transcoding_address: true });
    const { id, size } = await theFile(driver);
    const link = await linkTo(driver, id, 'play');
    expect(link.variant).toEqual({ rendition: '480P' });
    expect(link.playableBytes).toBeUndefined();
    const response = await fetchFrom(link);
    const copy = await buffer(response.body);
    expect(copy).toHaveLength(Number(response.headers['content-length']));
    expect(copy.length).not.toBe(size);
  });

  test('never leaves the gateway as if it were whole', async () => {
    const driver = world.share(SHARES.large);
    const entry = await theFile(driver);
    const { status, announced, got, whole } = await throughGateway(driver, entry);
    expect([status, announced, whole]).toEqual([200, entry.size, false]);
    expect(got).toBeLessThanOrEqual(Math.floor(entry.size * 0.45));
    expect(got).toBeGreaterThan(0);
  });
});

/** Downloads a file as a client of the gateway does. */
async function throughGateway(driver: Driver, entry: Entry) {
  const node = { ...fakeFile(entry.size, []).node, entry };
  const file = {
    ...fakeFile(entry.size, []),
    node,
    transport: world.env.http('sandbox-direct'),
    link: (purpose: 'download' | 'play') => linkTo(driver, entry.id, purpose),
  };
  const clock = fakeClock(); // the gateway's watch sleeps; its waits between tries pass at once
  const impatient = {
    ...clock,
    sleep: (ms: number, signal: AbortSignal) => (ms < 5000 ? Promise.resolve() : clock.sleep(ms, signal)),
  };
  const gateway = createGateway({ clock: impatient, log: QUIET });
  const server = http.createServer((_, res) => {
    const job = { file, range: { start: 0, end: entry.size }, ctx: ctx() };
    res.setHeader('Content-Length', entry.size);
    void gateway.open(job).then((body) => gateway.send(res, body, job));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    return await download(port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function download(port: number) {
  const { promise, resolve, reject } = Promise.withResolvers<
    Record<'status' | 'announced' | 'got', number> & { whole: boolean }
  >();
  const request = http.get({ host: '127.0.0.1', port, agent: false }, (res) => {
    let got = 0;
    res.on('data', (chunk: Buffer) => {
      got += chunk.length;
    });
    res.on('error', () => {}); // 'close' follows
    res.on('close', () =>
      resolve({
        status: res.statusCode ?? 0,
        announced: Number(res.headers['content-length']),
        got,
        whole: res.complete,
      }),
    );
  });
  request.on('error', reject);
  return promise;
}

test('a link to a shared file is asked for once', async () => {
  const driver = world.share(SHARES.large);
  const { id } = await theFile(driver);
  await linkTo(driver, id);
  expect([asked(DETAIL), asked(FILE), asked(INFO)]).toEqual([1, 1, 0]);
});
