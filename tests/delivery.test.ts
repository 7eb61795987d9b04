import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '@sluice/sandbox';
import type { Clock } from '../packages/server/src/core/runtime.ts';
import { systemClock } from '../packages/server/src/runtime/system.ts';
import { testWith } from './tools.ts';
import { startWorld, type World } from './world.ts';

const BIG = '/drive/Big/4GiB.bin';
const BIG_SIZE = 4 * 2 ** 30;
const GIB = 2 ** 30;
const FILM = '/drive/Movies/Sample (2026)/sample.mp4';
const DAY_MS = 24 * 3_600_000;

const curl = Bun.which('curl') ?? undefined;
const ffprobe = Bun.which('ffprobe') ?? undefined;
const ffmpeg = Bun.which('ffmpeg') ?? undefined;

/** A run of the generated file's bytes to compare with: byte i is i mod 251. */
const PERIODS = Buffer.from(Uint8Array.from({ length: 251 * 4200 }, (_, i) => i % 251));

/** Whether `bytes` are those of the generated file from `start` on. */
function areRight(bytes: Buffer, start: number): boolean {
  const from = start % 251;
  return bytes.equals(PERIODS.subarray(from, from + bytes.length));
}

/** The sandbox's own time, so that advancing it ends links as well. */
function sharedClock(sandbox: Sandbox): Clock {
  return { now: () => sandbox.clock.now(), sleep: (ms, signal) => systemClock().sleep(ms, signal) };
}

/** Waits until something holds, or for so long. */
async function settled(holds: () => boolean, ms: number): Promise<void> {
  const deadline = performance.now() + ms;
  while (!holds() && performance.now() < deadline) await Bun.sleep(5);
}

/** Numbers that look random and are the same in every run. */
function* dice(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

describe('files that go through the gateway', () => {
  let world: World;
  let folder: string;

  beforeAll(async () => {
    world = await startWorld(sharedClock);
    folder = await mkdtemp(join(tmpdir(), 'sluice-delivery-'));
    await world.add('/drive', { username: 'demo@sluice.test', password: 'sluice-demo', egress: 'here' });
    await world.add('/apart', {
      username: 'demo@sluice.test',
      password: 'sluice-demo',
      egress: 'here',
      file_egress: 'asia',
    });
    await world.add('/abroad', { username: 'demo@sluice.test', password: 'sluice-demo', egress: 'asia' });
  });
  afterAll(async () => {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function address(path: string, door: '/d' | '/p' = '/p'): Promise<string> {
    const { data } = await world.call('/fs/get', { path });
    return `${world.url}${door}${encodeURI(path)}?sign=${data.sign}`;
  }

  const linkCalls = (): number => world.sandbox.stats().requests['GET /drive/v1/files/{id}'] ?? 0;

  async function run(command: string[]): Promise<{ code: number; out: string }> {
    const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'ignore' });
    const out = await new Response(child.stdout).text();
    return { code: await child.exited, out };
  }

  test('a thousand ranges of a large file are right, and cost one link', async () => {
    const url = await address(BIG);
    await (await fetch(url, { headers: { Range: 'bytes=0-0' } })).arrayBuffer();
    const before = linkCalls();
    const die = dice(7);
    const one = async (): Promise<boolean> => {
      const start = Math.floor(die.next().value * BIG_SIZE);
      const end = Math.min(BIG_SIZE, start + 1 + Math.floor(die.next().value * 20_000));
      const res = await fetch(url, { headers: { Range: `bytes=${start}-${end - 1}` } });
      const body = Buffer.from(await res.arrayBuffer());
      return res.status === 206 && body.length === end - start && areRight(body, start);
    };
    for (let batch = 0; batch < 50; batch += 1) {
      expect(await Promise.all(Array.from({ length: 20 }, one))).not.toContain(false);
    }
    expect(linkCalls() - before).toBe(0);
  }, 120_000);

  test('a link that ends in the middle of a gigabyte is not seen by the client', async () => {
    const url = await address(BIG);
    const before = linkCalls();
    world.sandbox.faults.add({
      kind: 'cut_body',
      afterBytes: 300_000_000,
      match: { path: '/download*' },
      times: 1,
    });
    const got = await new Promise<number>((resolve, reject) => {
      const req = http.get(url, { agent: false, headers: { Range: `bytes=0-${GIB - 1}` } }, (res) => {
        let at = 0;
        let advanced = false;
        res.on('data', (chunk: Buffer) => {
          if (!areRight(chunk, at)) reject(new Error(`wrong bytes near ${at}`));
          at += chunk.length;
          if (!advanced && at > 1_000_000) {
            advanced = true;
            world.sandbox.clock.advance(2 * DAY_MS);
          }
        });
        res.on('end', () => resolve(at));
        res.on('error', reject);
      });
      req.on('error', reject);
    });
    expect(got).toBe(GIB);
    expect(linkCalls() - before).toBe(1);
    await world.signIn(); // two days have passed for sessions, too
  }, 180_000);

  test('a film that plays over the end of its link costs one more link, and no range waits for that', async () => {
    const url = await address(FILM);
    const range = async (): Promise<void> => {
      const res = await fetch(url, { headers: { Range: 'bytes=1000-1999' } });
      expect([res.status, (await res.arrayBuffer()).byteLength]).toEqual([206, 1000]);
    };
    world.sandbox.clock.advance(2 * DAY_MS);
    await world.signIn();
    await range();
    const before = linkCalls();
    world.sandbox.clock.advance(DAY_MS - 20 * 60_000);
    await range(); // from the link that is about to end
    await settled(() => linkCalls() > before, 10_000);
    world.sandbox.clock.advance(30 * 60_000);
    await range(); // it has ended
    expect(linkCalls() - before).toBe(1);
    await world.signIn();
  });

  test('scrubbing two hundred times leaves no connections behind and costs no more than two links', async () => {
    const url = await address(BIG);
    const before = linkCalls();
    const die = dice(11);
    for (let i = 0; i < 200; i += 1) {
      await new Promise<void>((resolve) => {
        const start = Math.floor(die.next().value * BIG_SIZE);
        const req = http.get(url, { agent: false, headers: { Range: `bytes=${start}-` } }, (res) => {
          res.once('data', () => req.destroy());
          res.on('error', () => {}); // the cut is ours
        });
        req.on('error', () => {}); // as above
        req.on('close', resolve);
      });
    }
    const deadline = performance.now() + 1000;
    while (world.sandbox.stats().openCdnConnections > 2 && performance.now() < deadline) await Bun.sleep(10);
    expect(world.sandbox.stats().openCdnConnections).toBeLessThanOrEqual(2);
    expect(linkCalls() - before).toBeLessThanOrEqual(2);
  }, 120_000);

  test('who shares the gateway’s address is sent to the cloud, who does not is served here, and both are told why', async () => {
    type Told = { data: { delivery: { mode: string; code: string } } };
    const told = async (path: string) =>
      ((await world.call('/fs/get', { path })) as unknown as Told).data.delivery;
    expect(await told(FILM)).toMatchObject({ mode: 'redirect' });
    const abroad = FILM.replace('/drive', '/abroad');
    expect(await told(abroad)).toMatchObject({ mode: 'proxy', code: 'egress_proxied' });
    const here = await fetch(await address(FILM, '/d'), { redirect: 'manual' });
    expect(here.status).toBe(302);
    const there = await fetch(await address(abroad, '/d'), { redirect: 'manual' });
    expect(there.status).toBe(200);
    await there.body?.cancel();
  });

  test('a link is bound to the address that asked for it, whatever way files take', async () => {
    const apart = FILM.replace('/drive', '/apart');
    const here = await fetch(await address(apart, '/d'), { redirect: 'manual' });
    expect(here.status).toBe(302);
    const proxied = await fetch(await address(apart));
    expect(proxied.status).toBe(502);
    expect(await proxied.text()).toContain('Egress for files');
  });

  test('a cloud with a wrong certificate: no bytes reach any client, and each hears why', async () => {
    const addition = { username: 'demo@sluice.test', password: 'sluice-demo', egress: 'here' };
    await world.add(
      '/untrusted',
      { ...addition, file_egress: 'stranger' },
      { webdav_policy: 'native_proxy' },
    );
    const path = FILM.replace('/drive', '/untrusted');
    const dav = { Authorization: `Basic ${btoa('admin:admin-password')}`, 'User-Agent': 'VLC/3.0.18' };
    const before = world.sandbox.stats().openCdnConnections;
    const byLink = await fetch(await address(path), { headers: { Range: 'bytes=0-99' } });
    expect(byLink.status).toBe(502);
    expect(await byLink.text()).toMatch(/certificate/i);
    const byDav = await fetch(`${world.url}/dav${encodeURI(path)}`, { headers: dav, redirect: 'manual' });
    expect(byDav.status).toBe(502);
    expect(world.sandbox.stats().openCdnConnections).toBe(before);
  });

  /** The pattern of VLC's http access, as `vlc.test.ts` sees it: open-ended ranges, a look at the end for the index, each seek on a new connection. */
  test('VLC’s requests are answered as it expects', async () => {
    const url = await address(FILM);
    const vlc = { 'User-Agent': 'VLC/3.0.18 LibVLC/3.0.18', Accept: '*/*', 'Accept-Language': 'en_US' };
    const head = await fetch(url, { method: 'HEAD', headers: vlc });
    expect(head.status).toBe(200);
    const size = Number(head.headers.get('content-length'));
    const whole = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(whole.length).toBe(size);
    const before = linkCalls();
    for (const start of [0, size - 1000, 48, Math.floor(size / 3), Math.floor(size / 2), 0]) {
      const left = new AbortController();
      const headers = { ...vlc, Range: `bytes=${start}-`, 'Icy-MetaData': '1' };
      const answer = await fetch(url, { headers, signal: left.signal });
      expect(answer.status).toBe(206);
      expect(answer.headers.get('accept-ranges')).toBe('bytes');
      expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${size - 1}/${size}`);
      expect(answer.headers.get('content-length')).toBe(String(size - start));
      expect(answer.headers.has('icy-metaint')).toBe(false);
      const chunk = await answer.body?.getReader().read();
      const got = Buffer.from(chunk?.value ?? []);
      expect(got.length).toBeGreaterThan(0);
      expect(got.equals(whole.subarray(start, start + got.length))).toBe(true);
      left.abort();
    }
    expect(linkCalls() - before).toBe(0);
    const behind = await fetch(url, { headers: { ...vlc, Range: `bytes=${size}-` } });
    expect(behind.status).toBe(416);
  });

  testWith(curl, 'curl', 'curl goes on where it stopped', async () => {
    const file = join(folder, 'part.mp4');
    const url = await address(FILM);
    const whole = Buffer.from(await (await fetch(url)).arrayBuffer());
    await writeFile(file, whole.subarray(0, 12_345));
    const { code } = await run([curl ?? '', '-s', '-f', '-C', '-', '-o', file, url]);
    expect(code).toBe(0);
    expect((await readFile(file)).equals(whole)).toBe(true);
  });

  testWith(ffprobe, 'ffprobe', 'ffprobe finds the streams of a film, by /p and by /d', async () => {
    for (const door of ['/p', '/d'] as const) {
      const shown = ['-v', 'error', '-show_entries', 'stream=codec_type', '-of', 'csv=p=0'];
      // What a redirect leads to has a certificate of the sandbox's own authority.
      const url = `${await address(FILM, door)}&via=proxy`;
      const { code, out } = await run([ffprobe ?? '', ...shown, url]);
      expect(code).toBe(0);
      expect(out).toContain('video');
    }
  });

  testWith(ffmpeg, 'ffmpeg', 'ffmpeg seeks and decodes', async () => {
    const url = await address(FILM);
    const { code } = await run([
      ffmpeg ?? '',
      '-v',
      'error',
      '-ss',
      '1',
      '-i',
      url,
      '-t',
      '1',
      '-f',
      'null',
      '-',
    ]);
    expect(code).toBe(0);
  });
});
