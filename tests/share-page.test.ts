import { afterAll, beforeAll, describe, expect } from 'bun:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Gateway, startGateway } from './gateway.ts';
import { chromiumPath, testWith } from './tools.ts';

const executablePath = chromiumPath();
const SHOTS = process.env['SLUICE_SHOTS'];

/** The page of a film that PikPak cuts for visitors, in a real browser, on the demo's sandbox. */
describe('a film of a share that is cut', () => {
  let gateway: Gateway;
  let browser: Browser;
  let token = '';

  const call = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const res = await fetch(`${gateway.url}/api${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: token },
      body: JSON.stringify(body),
    });
    return ((await res.json()) as { data: Record<string, unknown> }).data;
  };
  const add = (mount_path: string, driver: string, addition: object) =>
    call('/admin/storage/create', { mount_path, driver, addition: JSON.stringify(addition) });

  beforeAll(async () => {
    if (executablePath === undefined) return;
    gateway = await startGateway();
    const signedIn = await call('/auth/login', { username: 'admin', password: gateway.password });
    token = String(signedIn['token']);
    const share = { share_id: 'VNsandboxLargeShare0001', egress: 'sandbox' };
    await add('/alone', 'PikPakShare', share);
    await add('/helped', 'PikPakShare', { ...share, restore_account: '/demo' });
    await add('/far', 'PikPakShare', { share_id: 'VNsandboxRegionShare001', egress: 'sandbox' });
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--no-first-run'] });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  async function opened(path: string, locale = 'en-US'): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale });
    const page = await context.newPage();
    await page.goto(gateway.url);
    await page.locator('input').first().fill('admin');
    await page.locator('input[type=password]').fill(gateway.password);
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: /demo/ }).first().waitFor();
    await page.goto(`${gateway.url}${path}`);
    return page;
  }
  const shot = async (page: Page, name: string): Promise<void> => {
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}.png` });
  };
  const inBrowser = (name: string, body: () => Promise<void>): void =>
    testWith(executablePath, 'Chromium', name, body);
  const ends = (page: Page): Promise<number> =>
    page.evaluate(() => {
      const film = document.querySelector('video');
      return film === null || film.buffered.length === 0 ? 0 : film.buffered.end(film.buffered.length - 1);
    });

  inBrowser('says before it is played how far it goes, and plays that', async () => {
    const page = await opened('/files/alone/feature.mp4');
    await page.getByText('PikPak lets others see the first 45% of this file.').waitFor();
    await shot(page, 'cut-alone');
    expect(await page.locator('video').count()).toBe(0);
    await page.getByRole('link', { name: 'Choose an account' }).waitFor();
    await page.getByRole('button', { name: 'Play what there is' }).click();
    await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5);
    await shot(page, 'cut-part');
    await page.context().close();
  });

  inBrowser('leads to the setting that names an account', async () => {
    const page = await opened('/files/alone/feature.mp4');
    await page.getByRole('link', { name: 'Choose an account' }).click();
    await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'restore_account');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SELECT');
    await shot(page, 'cut-choose');
    await page.context().close();
  });

  inBrowser('is saved when asked, and then plays whole by itself', async () => {
    const page = await opened('/files/helped/feature.mp4');
    await page.getByText('Save it to your drive to see it all.').waitFor();
    await shot(page, 'cut-helped');
    await page.getByRole('button', { name: 'Save and play' }).click();
    await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5);
    const length = await page.evaluate(() => document.querySelector('video')?.duration ?? 0);
    await page.evaluate(() => {
      const film = document.querySelector('video');
      if (film !== null) film.currentTime = film.duration * 0.9;
    });
    await page.waitForFunction(
      (at) => (document.querySelector('video')?.currentTime ?? 0) > at,
      length * 0.9,
    );
    expect(await ends(page)).toBeGreaterThan(length * 0.85);
    await page.context().close();
  });

  inBrowser('is told of in Chinese as well, and a region’s refusal leads to the way out', async () => {
    const page = await opened('/files/alone/feature.mp4', 'zh-CN');
    await page.getByText('PikPak 只让他人看到此文件的前 45%').waitFor();
    await shot(page, 'cut-zh');
    await page.goto(`${gateway.url}/files/far`);
    await page.getByRole('link', { name: '设置代理' }).click();
    await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'egress');
    await shot(page, 'region-zh');
    await page.context().close();
  });

  inBrowser('and a file of one’s own is shared from its details, with link and code to hand on', async () => {
    const page = await opened('/files/demo/Documents/readme.md');
    await page.getByRole('button', { name: 'Details' }).first().click();
    await page.getByRole('button', { name: 'Share…' }).click();
    await page.getByLabel('It lasts').selectOption('7');
    await shot(page, 'share-wishes');
    await page.getByRole('button', { name: 'Make a link' }).click();
    const url = await page.getByLabel('Link', { exact: true }).innerText();
    const code = await page.getByLabel('Pass code', { exact: true }).innerText();
    await shot(page, 'share-made');
    await add('/handed', 'PikPakShare', { share_id: url, share_pwd: code, egress: 'sandbox' });
    expect(JSON.stringify(await call('/fs/list', { path: '/handed' }))).toContain('readme.md');
    await page.goto(`${gateway.url}/files/alone/feature.mp4`);
    await page.getByRole('button', { name: 'Play what there is' }).waitFor();
    expect(await page.getByRole('button', { name: 'Share…' }).count()).toBe(0);
    await page.context().close();
  });
});
