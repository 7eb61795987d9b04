import { afterAll, beforeAll, describe, expect } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumPath, testWith } from './tools.ts';
import { startWorld, type World } from './world.ts';

const executablePath = chromiumPath();
const ffmpeg = Bun.which('ffmpeg') ?? undefined;
const SECONDS = 60;
const SCRUBS = 200;

/** Noise, which no codec can make small: a browser holds a part of it only, and has to ask again wherever its viewer goes. */
async function makeFilm(path: string): Promise<void> {
  const picture = 'testsrc2=size=480x270:rate=25,noise=alls=100:allf=t';
  const command = ['-v', 'error', '-f', 'lavfi', '-i', picture, '-t', String(SECONDS)];
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '12', '-g', '25', '-pix_fmt', 'yuv420p'];
  const made = Bun.spawn([ffmpeg ?? '', ...command, ...codec, '-movflags', '+faststart', path]);
  expect(await made.exited).toBe(0);
}

/** Goes to places in the film as a hand on the bar does: most before the last one has come. */
function scrub(page: Page): Promise<void> {
  return page.evaluate(async (scrubs) => {
    const film = document.querySelector('video');
    if (film === null) throw new Error('there is no film');
    for (let turn = 1; turn <= scrubs; turn += 1) {
      const shown = new Promise((resolve) => {
        film.addEventListener('seeked', resolve, { once: true });
      });
      film.currentTime = ((turn * 0.618_034) % 1) * film.duration;
      const moment = new Promise((resolve) => {
        setTimeout(resolve, 40);
      });
      await (turn % 5 === 0 ? shown : Promise.race([shown, moment]));
    }
  }, SCRUBS);
}

describe('a film that its viewer scrubs through, in a real browser', () => {
  let world: World;
  let folder: string;
  let browser: Browser;

  beforeAll(async () => {
    if (executablePath === undefined || ffmpeg === undefined) return;
    folder = await mkdtemp(join(tmpdir(), 'sluice-scrubbing-'));
    await makeFilm(join(folder, 'film.mp4'));
    world = await startWorld();
    await world.add('/abroad', { username: 'demo@sluice.test', password: 'sluice-demo', egress: 'asia' });
    const put = await fetch(`${world.url}/api/fs/put`, {
      method: 'PUT',
      headers: { Authorization: world.token(), 'File-Path': '/abroad/film.mp4' },
      body: Bun.file(join(folder, 'film.mp4')),
    });
    expect(((await put.json()) as { code: number }).code).toBe(200);
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--no-first-run'] });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await world?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  const tools = executablePath !== undefined && ffmpeg !== undefined ? executablePath : undefined;
  testWith(
    tools,
    'Chromium or ffmpeg',
    'leaves at most two connections to the cloud, and costs at most two links',
    async () => {
      const page = await (await browser.newContext()).newPage();
      await page.goto(world.url);
      await page.getByLabel('Username').fill('admin');
      await page.getByLabel('Password', { exact: true }).fill('admin-password');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page
        .getByRole('row', { name: /abroad/ })
        .first()
        .waitFor();
      const ranges: string[] = [];
      page.on('request', (request) => {
        if (request.resourceType() === 'media') ranges.push(request.headers()['range'] ?? '');
      });
      const links = (): number => world.sandbox.stats().requests['GET /drive/v1/files/{id}'] ?? 0;
      const before = links();
      await page.goto(`${world.url}/files/abroad/film.mp4`);
      await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2);
      await scrub(page);
      expect(ranges.length).toBeGreaterThan(50); // it did ask again
      const deadline = performance.now() + 5_000;
      const open = (): number => world.sandbox.stats().openCdnConnections;
      while (open() > 2 && performance.now() < deadline) await Bun.sleep(10); // the browser is another process
      expect(open()).toBeLessThanOrEqual(2);
      expect(links() - before).toBeLessThanOrEqual(2);
      expect(links() - before).toBeGreaterThan(0);
      await page.context().close();
    },
  );
});
