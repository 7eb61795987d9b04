import { afterAll, beforeAll, describe, expect } from 'bun:test';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testWith } from './tools.ts';
import { startWorld, type World } from './world.ts';

const ffmpeg = Bun.which('ffmpeg');
const cvlc = Bun.which('cvlc');
const tools = ffmpeg !== null && cvlc !== null ? cvlc : undefined;

const LENGTH_S = 100;
const SEEK_S = 80;
/** Each second of the film is a shade of its own: luma 30 at the start, 2 more for each second. */
const shadeAt = (second: number): number => ((30 + 2 * second - 16) * 255) / 219;
const PLAYED_S = 2;

interface Played {
  /** Where VLC's requests began, in their order. */
  readonly starts: readonly number[];
  readonly statuses: readonly string[];
  readonly complaints: readonly string[];
  /** The grey of each picture that was shown, 0 to 255. */
  readonly shades: readonly number[];
}

/** VLC itself: what it asks for, and what it shows. */
describe('VLC', () => {
  let world: World;
  let size = 0;
  const folder = mkdtempSync(join(tmpdir(), 'sluice-vlc-'));
  const film = join(folder, 'grey.mov');

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    world = await startWorld(undefined, { httpLinks: true });
    await world.add(
      '/drive',
      { username: 'demo@sluice.test', password: 'sluice-demo', egress: 'here' },
      { webdav_policy: 'auto' },
    );
    if (tools === undefined) return;
    await drawFilm(film);
    size = Bun.file(film).size;
    const headers = { Authorization: world.token(), 'File-Path': '/drive/grey.mov' };
    const put = await fetch(`${world.url}/api/fs/put`, { method: 'PUT', headers, body: Bun.file(film) });
    expect(await put.json()).toMatchObject({ code: 200 });
  }, 60_000);

  afterAll(async () => {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A film whose index stands at its end, and which no player reads whole before it seeks: 77 MB, most of them noise to hear. */
  async function drawFilm(to: string): Promise<void> {
    const picture = "nullsrc=s=160x90:r=10,geq=lum='30+2*T':cb=128:cr=128";
    const inputs = ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'anoisesrc=r=48000'];
    const as = ['-ac', '8', '-t', String(LENGTH_S), '-c:v', 'mpeg4', '-q:v', '2', '-c:a', 'pcm_s16le'];
    await Bun.$`${ffmpeg} -v error -y ${inputs} ${as} ${to}`.quiet();
  }

  /** Plays two seconds from the eightieth on. VLC refuses to run as root. */
  async function play(url: string, name: string): Promise<Played> {
    const pictures = join(folder, name);
    mkdirSync(pictures);
    chmodSync(pictures, 0o777);
    const asNobody = process.getuid?.() === 0 ? ['runuser', '-u', 'nobody', '--'] : [];
    const silent = ['-vv', '--no-color', '--intf', 'dummy', '--vout', 'dummy', '--aout', 'dummy'];
    const shots = ['--video-filter=scene', `--scene-path=${pictures}`, '--scene-ratio=5'];
    const from = ['--play-and-exit', '--start-time', String(SEEK_S), '--run-time', String(PLAYED_S)];
    const child = Bun.spawn([...asNobody, cvlc ?? '', ...silent, ...shots, ...from, url], {
      env: { ...process.env, HOME: folder },
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const texts = [new Response(child.stdout).text(), new Response(child.stderr).text()];
    const said = (await Promise.all(texts)).join('\n');
    expect(await child.exited).toBe(0);
    const found = (pattern: RegExp): string[] => [...said.matchAll(pattern)].map((match) => match[1] ?? '');
    return {
      starts: found(/^Range: bytes=(\d+)-/gm).map(Number),
      statuses: found(/^HTTP\/1\.1 (\d+)/gm),
      complaints: found(/ (?:stream|input|demux) error: (.*)$/gm),
      shades: await Promise.all(
        readdirSync(pictures)
          .sort()
          .map((file) => shadeOf(join(pictures, file))),
      ),
    };
  }

  async function shadeOf(picture: string): Promise<number> {
    const raw = await Bun.$`${ffmpeg} -v error -i ${picture} -vf scale=1:1,format=gray -f rawvideo -`.quiet();
    return raw.stdout[0] ?? Number.NaN;
  }

  function expectPlayedFromThere({ complaints, shades }: Played): void {
    expect(complaints).toEqual([]);
    const last = shades.at(-1) ?? Number.NaN;
    expect(last).toBeGreaterThanOrEqual(shadeAt(SEEK_S) - 3);
    expect(last).toBeLessThanOrEqual(shadeAt(SEEK_S + PLAYED_S) + 3);
  }

  async function address(door: '/p' | '/d'): Promise<string> {
    const { data } = await world.call('/fs/get', { path: '/drive/grey.mov' });
    return `${world.url}${door}/drive/grey.mov?sign=${data.sign}`;
  }

  testWith(tools, 'VLC or ffmpeg', 'reads the index at the end, seeks, and shows that place', async () => {
    const links = (): number => world.sandbox.stats().requests['GET /drive/v1/files/{id}'] ?? 0;
    const url = await address('/p');
    const before = links();
    const played = await play(url, 'proxied');
    expectPlayedFromThere(played);
    expect(played.starts[0]).toBe(0);
    expect(played.starts.some((start) => start > size * 0.99)).toBe(true);
    expect(played.starts.some((start) => start > size * 0.7 && start < size * 0.9)).toBe(true);
    expect(new Set(played.statuses)).toEqual(new Set(['206']));
    expect(links() - before).toBeLessThanOrEqual(1);
  });

  testWith(tools, 'VLC or ffmpeg', 'follows a redirect, and seeks at the cloud', async () => {
    const played = await play(await address('/d'), 'redirected');
    expectPlayedFromThere(played);
    expect(new Set(played.statuses)).toEqual(new Set(['302', '206']));
  });

  testWith(tools, 'VLC or ffmpeg', 'plays from WebDAV with its password in the address', async () => {
    const { host } = new URL(world.url);
    expectPlayedFromThere(await play(`http://admin:admin-password@${host}/dav/drive/grey.mov`, 'webdav'));
  });
});
