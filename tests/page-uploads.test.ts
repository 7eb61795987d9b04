import { afterAll, beforeAll, describe, expect } from 'bun:test';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Gateway, startGateway } from './gateway.ts';
import { chromiumPath, testWith } from './tools.ts';

const executablePath = chromiumPath();
const SHOTS = process.env['SCREENSHOTS'];

describe('uploading in a real browser', () => {
  let gateway: Gateway;
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    if (executablePath === undefined) return;
    folder = await mkdtemp(join(tmpdir(), 'sluice-page-'));
    gateway = await startGateway();
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--no-first-run'] });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  async function at(path: string, size = { width: 1280, height: 800 }): Promise<Page> {
    const context = await browser.newContext({ viewport: size, locale: 'en' });
    const page = await context.newPage();
    await page.goto(gateway.url);
    await page.getByLabel('Username').fill('admin');
    await page.getByLabel('Password', { exact: true }).fill(gateway.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('row', { name: /demo/ }).first().waitFor();
    await page.goto(`${gateway.url}/files${path}`);
    return page;
  }

  async function shot(page: Page, name: string): Promise<void> {
    if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, `${name}.png`) });
  }

  async function choose(page: Page, item: string, what: string | readonly string[]): Promise<void> {
    await page.getByRole('button', { name: 'Upload or new folder' }).click();
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('menuitem', { name: item }).click();
    await (await chooser).setFiles(typeof what === 'string' ? what : [...what]);
  }

  const inBrowser = (name: string, body: () => Promise<void>): void =>
    testWith(executablePath, 'Chromium', name, body);

  inBrowser('files and folders go where they are put, and names that are taken are asked about', async () => {
    const page = await at('/demo');
    await page.getByRole('button', { name: 'Upload or new folder' }).click();
    await page.getByRole('menuitem', { name: 'New folder…' }).click();
    await shot(page, 'new-folder');
    await page.getByLabel('Name', { exact: true }).fill('From the page');
    await page.getByRole('button', { name: 'Make folder' }).click();
    await page.getByRole('row', { name: /From the page/ }).waitFor();
    await page.goto(`${gateway.url}/files/demo/From the page`);

    const files = ['one.txt', 'two.txt'].map((name) => join(folder, name));
    for (const file of files) await Bun.write(file, `${file} ${'x'.repeat(50_000)}`);
    await choose(page, 'Upload files…', files);
    await page.getByText('Uploads done').waitFor();
    await page.getByRole('row', { name: /one\.txt/ }).waitFor();
    await page.getByRole('row', { name: /two\.txt/ }).waitFor();
    await shot(page, 'done');

    const tree = join(folder, 'tree');
    await mkdir(join(tree, 'inner'), { recursive: true });
    await Bun.write(join(tree, 'inner', 'deep.txt'), 'deep');
    await choose(page, 'Upload a folder…', tree);
    await page.getByRole('row', { name: /tree/ }).waitFor();

    await Bun.write(join(folder, 'one.txt'), 'changed');
    await choose(page, 'Upload files…', files);
    const tray = page.getByRole('region', { name: 'Uploads' });
    await tray.getByText('A file of this name is here already.').nth(1).waitFor();
    await shot(page, 'taken');
    await tray.getByRole('button', { name: 'Replace', exact: true }).first().click();
    await tray.getByRole('button', { name: 'Skip', exact: true }).click();
    await tray.getByText('Uploads done').waitFor();
    await page.getByRole('row', { name: /one\.txt.*7 B/ }).waitFor();
    await page.context().close();
  });

  inBrowser('what is dropped is uploaded, can be cancelled, and goes on after a broken line', async () => {
    const page = await at('/demo/Documents', { width: 390, height: 780 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.getByRole('button', { name: 'Upload or new folder' }).waitFor();
    await shot(page, 'phone-dark');
    let broken = 0;
    await page.route('**/api/fs/tus/*', async (route) => {
      if (route.request().method() === 'PATCH' && broken++ === 0) await route.abort();
      else await route.continue();
    });
    const transfer = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['y'.repeat(200_000)], 'dropped.bin'));
      return data;
    });
    await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
    await page.getByText('Drop to upload here').waitFor();
    await shot(page, 'drop');
    await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
    await page.getByText('Uploads done').waitFor();
    expect(broken).toBeGreaterThan(1);
    await page.getByRole('row', { name: /dropped\.bin/ }).waitFor();

    await page.route('**/api/fs/tus', () => {}); // no answer comes
    const slow = join(folder, 'slow.bin');
    await Bun.write(slow, 'z'.repeat(100_000));
    await choose(page, 'Upload files…', [slow]);
    await page.getByText('1 upload under way').waitFor();
    await shot(page, 'phone-under-way');
    await page.getByRole('button', { name: 'Cancel upload of slow.bin' }).click();
    await page.getByText('1 upload under way').waitFor({ state: 'detached' });
    await page.context().close();
  });
});
