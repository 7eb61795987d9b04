import { afterAll, beforeAll, describe, expect } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Gateway, startGateway } from './gateway.ts';
import { chromiumPath, testWith } from './tools.ts';

const executablePath = chromiumPath();
/** Where to put pictures of the screens, for whoever wants to look at them. */
const pictures = process.env['SLUICE_SCREENSHOTS'];

describe('the trash in a real browser', () => {
  let gateway: Gateway;
  let browser: Browser;

  beforeAll(async () => {
    if (executablePath === undefined) return;
    gateway = await startGateway();
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic'] });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  async function signedIn(): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(gateway.url);
    await page.getByLabel('Username').fill('admin');
    await page.getByLabel('Password', { exact: true }).fill(gateway.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('row', { name: /demo/ }).first().waitFor();
    return page;
  }

  /** A message or a notice. Screen readers get messages a second time. */
  const said = (page: Page, text: string): Promise<void> =>
    page.getByText(text, { exact: true }).first().waitFor();

  async function picture(page: Page, name: string): Promise<void> {
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`) });
  }

  const inBrowser = (name: string, body: () => Promise<void>): void =>
    testWith(executablePath, 'Chromium', name, body);

  inBrowser('what is deleted by key comes back by Undo, from where it was shown', async () => {
    const page = await signedIn();
    await page.goto(`${gateway.url}/files/demo/Documents`);
    const row = page.getByRole('row', { name: /notes\.txt/ });
    await row.click();
    await page.keyboard.press('Delete');
    await said(page, '“notes.txt” is in the trash.');
    expect(await row.count()).toBe(0);
    await picture(page, 'undo');
    await page.getByRole('button', { name: 'Undo' }).click();
    await said(page, '“notes.txt” is back.');
    await row.waitFor();
    await page.context().close();
  });

  inBrowser(
    'the trash lists what was deleted, restores it, and deletes for good only when told twice',
    async () => {
      const page = await signedIn();
      await page.goto(`${gateway.url}/files/demo/Photos`);
      await page.getByRole('row', { name: /photo-1/ }).click();
      await page.keyboard.press('Control+a');
      await page.getByRole('button', { name: 'Delete' }).click();
      await said(page, '3 items are in the trash.');

      await page.getByRole('link', { name: 'Trash' }).click();
      const list = page.getByRole('list', { name: 'What lies in the trash' });
      await list.getByText('photo-2.jpg').waitFor();
      await picture(page, 'trash');
      await page.getByRole('button', { name: 'Restore photo-2.jpg' }).click();
      await said(page, '1 item is back where it was.');
      await list.getByText('photo-2.jpg').waitFor({ state: 'detached' });

      await page.getByRole('button', { name: 'Delete photo-3.jpg for good' }).click();
      const question = page.getByRole('dialog', { name: 'Delete “photo-3.jpg” for good?' });
      await question.waitFor();
      await picture(page, 'question');
      await page.keyboard.press('Enter'); // the way out has the focus
      await question.waitFor({ state: 'detached' });
      expect(await list.getByText('photo-3.jpg').count()).toBe(1);
      await page.getByRole('button', { name: 'Delete photo-3.jpg for good' }).click();
      await question.getByRole('button', { name: 'Delete for good' }).click();
      await said(page, '1 item was deleted for good.');
      await list.getByText('photo-3.jpg').waitFor({ state: 'detached' });

      await page.getByRole('checkbox', { name: 'Select all' }).check();
      await picture(page, 'selected');
      await page.getByRole('checkbox', { name: 'Select all' }).uncheck();
      await page.getByRole('button', { name: 'Empty trash' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Empty trash' }).click();
      await said(page, 'What you delete comes here, and can be put back.');
      await picture(page, 'empty');

      await page.goto(`${gateway.url}/files/demo/Photos`);
      await page.getByRole('row', { name: /photo-2/ }).waitFor();
      expect(await page.getByRole('row', { name: /photo-[13]/ }).count()).toBe(0);
      await page.context().close();
    },
  );

  inBrowser(
    'where a storage has no trash the page asks before it deletes, and nothing goes by Enter',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'sluice-page-'));
      for (const n of [1, 2, 3])
        await Bun.write(join(folder, `photo-${n}.jpg`), Bun.file(`${PHOTOS}/photo-${n}.jpg`));
      const page = await signedIn();
      await addLocal(gateway, '/nas', folder);
      await page.goto(`${gateway.url}/files/nas`);
      await page.getByRole('button', { name: 'View' }).click();
      await page.getByRole('menuitemcheckbox', { name: 'Grid' }).click();
      const shown = page.locator('main img');
      await shown.first().waitFor();
      await page.waitForFunction(() =>
        [...document.querySelectorAll('main img')].every((img) => (img as HTMLImageElement).naturalWidth > 0),
      );
      expect(await shown.count()).toBe(3);
      await picture(page, 'local');
      await page.getByRole('gridcell', { name: /photo-2/ }).click();
      await page.getByText('1 selected').first().waitFor();
      await page.keyboard.press('Delete');
      const question = page.getByRole('dialog', { name: 'Delete “photo-2.jpg” for good?' });
      await question.waitFor();
      await page.keyboard.press('Enter');
      await question.waitFor({ state: 'detached' });
      expect(await Bun.file(join(folder, 'photo-2.jpg')).exists()).toBe(true);
      await page.keyboard.press('Delete');
      await question.getByRole('button', { name: 'Delete for good' }).click();
      await said(page, '“photo-2.jpg” was deleted.');
      expect(await page.getByRole('button', { name: 'Undo' }).count()).toBe(0);
      expect(await Bun.file(join(folder, 'photo-2.jpg')).exists()).toBe(false);
      await page.context().close();
      await rm(folder, { recursive: true, force: true });
    },
  );

  inBrowser('in Chinese, in the dark, on a phone it is the same trash', async () => {
    const page = await signedIn();
    await page.goto(`${gateway.url}/files/demo/Documents`);
    await page.getByRole('row', { name: /guide\.pdf/ }).click();
    await page.keyboard.press('Delete');
    await said(page, '“guide.pdf” is in the trash.');
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitemcheckbox', { name: '简体中文' }).click();
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${gateway.url}/trash`);
    await page.getByRole('button', { name: '恢复 guide.pdf' }).waitFor();
    await picture(page, 'phone');
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
    await page.getByRole('button', { name: '恢复 guide.pdf' }).click();
    await said(page, '1 项已恢复到原位置。');
    await page.context().close();
  });
});

const PHOTOS = join(import.meta.dir, '../packages/sandbox/src/media/files');

async function addLocal({ url, password }: Gateway, mountPath: string, folder: string): Promise<void> {
  const post = async (path: string, body: object, token = ''): Promise<{ data: { token: string } }> => {
    const headers = { 'Content-Type': 'application/json', Authorization: token };
    const answer = await fetch(`${url}/api${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await answer.json()) as { data: { token: string } };
  };
  const { token } = (await post('/auth/login', { username: 'admin', password })).data;
  const addition = JSON.stringify({ root_folder_path: folder });
  await post('/admin/storage/create', { mount_path: mountPath, driver: 'Local', addition }, token);
}
