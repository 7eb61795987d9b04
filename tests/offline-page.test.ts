import { afterAll, beforeAll, describe, expect } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Gateway, startGateway } from './gateway.ts';
import { chromiumPath, testWith } from './tools.ts';

const executablePath = chromiumPath();
/** A folder for pictures of the page, for a person to look at. */
const SHOTS = process.env['SLUICE_SHOTS'];
/** Info hashes of the sandbox's seed: one arrives with two files, one is refused by the cloud. */
const GOOD = 'magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567&dn=holiday';
const HARMFUL = 'magnet:?xt=urn:btih:4444444444444444444444444444444444444444&dn=harmful';

describe('offline downloads, tasks and what leads to them in a real browser', () => {
  let gateway: Gateway;
  let browser: Browser;
  let local: string;

  beforeAll(async () => {
    if (executablePath === undefined) return;
    local = await mkdtemp(join(tmpdir(), 'sluice-offline-page-'));
    gateway = await startGateway();
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic'] });
    await addLocal();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
    if (local !== undefined) await rm(local, { recursive: true, force: true });
  });

  async function call(path: string, body: unknown, token = ''): Promise<unknown> {
    const response = await fetch(`${gateway.url}/api${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: token },
      body: JSON.stringify(body),
    });
    const envelope = (await response.json()) as { code: number; message: string; data: unknown };
    if (envelope.code !== 200) throw new Error(envelope.message);
    return envelope.data;
  }

  async function addLocal(): Promise<void> {
    const signIn = { username: 'admin', password: gateway.password };
    const { token } = (await call('/auth/login', signIn)) as { token: string };
    const addition = JSON.stringify({ root_folder_path: local });
    await call('/admin/storage/create', { mount_path: '/local', driver: 'Local', addition }, token);
  }

  async function signedIn(): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    await page.goto(gateway.url);
    await page.getByLabel('Username').fill('admin');
    await page.getByLabel('Password', { exact: true }).fill(gateway.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('row', { name: /demo/ }).first().waitFor();
    return page;
  }

  async function paste(page: Page, text: string): Promise<void> {
    await page.evaluate((what) => navigator.clipboard.writeText(what), text);
    await page.keyboard.press('Control+v');
  }

  const inBrowser = (name: string, body: () => Promise<void>): void =>
    testWith(executablePath, 'Chromium', name, body);

  inBrowser('a pasted magnet ends as files that the open folder shows by itself', async () => {
    const page = await signedIn();
    await page.goto(`${gateway.url}/files/demo/Music`);
    await page.getByRole('button', { name: 'Offline download' }).waitFor();
    await paste(page, GOOD);
    await page.getByText('Found: 1 magnet').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Download', exact: true }).click();
    await page.getByRole('link', { name: /^Offline.*1 under way/ }).waitFor();
    const row = page.getByRole('row', { name: /holiday/ });
    await row.waitFor();
    await row.getByRole('link').click();
    await page.getByRole('row', { name: /holiday\.mp4/ }).waitFor();
    await page.context().close();
  });

  inBrowser('where no events come through, the page asks instead', async () => {
    const page = await signedIn();
    await page.route('**/api/task/events', (route) => route.abort());
    await page.goto(`${gateway.url}/files/demo/My%20Pack`);
    await page.getByRole('button', { name: 'Offline download' }).click();
    await page.getByLabel('Links', { exact: true }).fill('https://example.org/asked.txt');
    await page.getByText(/of the day’s 500 offline downloads are used/).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Download', exact: true }).click();
    await page.getByRole('link', { name: /^Offline.*1 under way/ }).waitFor();
    await page.getByRole('row', { name: /asked\.txt/ }).waitFor();
    await page.context().close();
  });

  inBrowser('the desk shows progress that moves, and why one failed', async () => {
    const page = await signedIn();
    await page.goto(`${gateway.url}/files/demo/Documents`);
    await page.getByRole('button', { name: 'Offline download' }).click();
    await page.getByLabel('Links', { exact: true }).fill(`${GOOD}\n${HARMFUL}\nno link at all`);
    await page.getByText('One line holds no link: “no link at all”').waitFor();
    await page.getByRole('button', { name: 'Download 2' }).click();
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.waitForURL(/\/offline$/);
    const bar = page.getByRole('progressbar', { name: 'holiday' });
    const percents = new Set<string | null>();
    await bar.waitFor();
    while (percents.size < 3 && (await bar.count()) > 0) {
      percents.add(await bar.getAttribute('aria-valuenow', { timeout: 2000 }).catch(() => null));
    }
    expect(percents.size).toBeGreaterThan(2);
    await page.getByText('Nothing is under way').waitFor();
    await page.getByRole('button', { name: 'Failed' }).click();
    await page.getByText(/refuses this content/).waitFor();
    await page.getByRole('button', { name: 'Try harmful again' }).waitFor();
    await page.context().close();
  });

  inBrowser(
    'an ed2k link and a post on X end as files, under the names and in the folder that were asked for',
    async () => {
      const page = await signedIn();
      await page.goto(`${gateway.url}/files/demo/Photos`);
      await page.getByRole('button', { name: 'Offline download' }).click();
      const ed2k = 'ed2k://|file|clip.mkv|1024000|0123456789abcdef0123456789abcdef|/';
      await page
        .getByLabel('Links', { exact: true })
        .fill(`${ed2k}\nhttps://x.com/someone/status/1234567890`);
      await page.getByText('When it is done').click();
      await page.getByLabel('Rename: find in names').fill('^');
      await page.getByLabel('Replace with').fill('new ');
      await page.getByLabel('Move to folder').fill('/demo/Fetched');
      await page.getByText('2 steps').waitFor();
      if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, 'after-rules.png') });
      await page.getByRole('button', { name: 'Download 2' }).click();
      await page.getByRole('link', { name: /^Offline.*2 under way/ }).waitFor();
      await page.getByRole('button', { name: 'Show', exact: true }).click();
      await page.getByText('Nothing is under way').waitFor();
      await page.getByRole('button', { name: 'Ended' }).click();
      await page
        .getByText(/1 renamed, moved to \/demo\/Fetched/)
        .first()
        .waitFor();
      await page.goto(`${gateway.url}/files/demo/Fetched`);
      await page.getByRole('row', { name: /new clip\.mkv/ }).waitFor();
      await page.getByRole('row', { name: /new x\.com/ }).waitFor();
      await page.context().close();
    },
  );

  inBrowser('a feed is looked into before it is watched, and is listed with how it does', async () => {
    const page = await signedIn();
    await page.goto(`${gateway.url}/offline`);
    await page.getByRole('button', { name: 'Feeds' }).click();
    await page.getByText('No feed is watched').waitFor();
    await page.getByRole('button', { name: 'Watch a feed' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Address of the feed').fill('http://127.0.0.1/rss');
    await dialog.getByRole('button', { name: 'See what it holds' }).click();
    await dialog.getByText('does not lead to the public internet').waitFor();
    await dialog.getByLabel('Address of the feed').fill('https://feed.invalid/rss');
    await dialog.getByLabel('Name', { exact: true }).fill('My films');
    await dialog.getByRole('button', { name: 'Watch it' }).click();
    await dialog.getByText('It is not watched').waitFor(); // the root only leads to storages
    await dialog.getByRole('button', { name: 'Change' }).click();
    await dialog.getByText('demo', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Watch it' }).click();
    const card = page.getByRole('listitem').filter({ hasText: 'My films' });
    await card.getByText('can’t be resolved').or(card.getByText("can't be resolved")).waitFor();
    await card.getByRole('button', { name: 'Stop My films' }).click();
    await page.getByText('No feed is watched').waitFor();
    await page.context().close();
  });

  inBrowser('what a tool can’t do is refused in place, with what can', async () => {
    const page = await signedIn();
    await page.goto(`${gateway.url}/files/local`);
    await page.getByRole('button', { name: 'Offline download' }).click();
    await page.getByLabel('Links', { exact: true }).fill(GOOD);
    await page.getByText('PikPak can fetch into PikPak storages only').waitFor();
    const submit = page.getByRole('button', { name: 'Download', exact: true });
    expect(await submit.isDisabled()).toBe(true);
    await page.getByRole('alert').getByRole('button', { name: '/demo', exact: true }).click();
    await page.waitForFunction(() => document.querySelector('[role="dialog"] [role="alert"]') === null);
    expect(await submit.isEnabled()).toBe(true);
    await page.context().close();
  });

  inBrowser('a pasted share leads to the page that adds shares, with the share in it', async () => {
    const page = await signedIn();
    await paste(page, 'https://mypikpak.com/s/VNsandboxOpenShare00001');
    await page.getByRole('button', { name: 'Add the share' }).click();
    await page.waitForURL(/\/shares\/import$/);
    expect(await page.locator('textarea').inputValue()).toContain('VNsandboxOpenShare00001');
    await page.context().close();
  });

  inBrowser('settings are searched, checked beside their field, and kept', async () => {
    const page = await signedIn();
    await page.goto(`${gateway.url}/manage/settings`);
    await page.getByLabel('Search settings').fill('hold for');
    const hours = page.getByRole('textbox', { name: 'Links hold for (hours)' });
    await hours.fill('soon');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('This must be a whole number.').waitFor();
    await hours.fill('24');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The settings are saved.').first().waitFor();
    await page.reload();
    expect(await hours.inputValue()).toBe('24');
    await page.context().close();
  });

  inBrowser('F2 renames, and a name that is taken is told beside the field', async () => {
    const page = await signedIn();
    await page.goto(`${gateway.url}/files/demo/Documents`);
    await page.getByRole('row', { name: /notes\.txt/ }).click();
    await page.keyboard.press('F2');
    const field = page.getByLabel('New name');
    await field.fill('readme.md');
    await page.keyboard.press('Enter');
    await page.getByText('There is something called “readme.md” here already.').waitFor();
    await field.fill('notes of today.txt');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: /notes of today\.txt/ }).waitFor();
    await page.context().close();
  });

  inBrowser(
    'what is moved within a storage is there at once; between storages a task copies it',
    async () => {
      const page = await signedIn();
      await page.goto(`${gateway.url}/files/demo/Photos`);
      await page.getByRole('row', { name: /photo-1/ }).click();
      await page.getByRole('button', { name: 'Move to…' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'demo', exact: true }).click();
      await dialog.getByRole('button', { name: 'My Pack' }).click();
      await dialog.getByRole('button', { name: 'Move here' }).click();
      await page.getByRole('button', { name: 'Open', exact: true }).click();
      const moved = page.getByRole('row', { name: /photo-1/ });
      await moved.click();
      await page.getByRole('button', { name: 'Copy to…' }).click();
      await dialog.getByRole('button', { name: 'All storages' }).click();
      await dialog.getByRole('button', { name: 'local', exact: true }).click();
      await dialog.getByText('Between storages a task does it').waitFor();
      await dialog.getByRole('button', { name: 'Copy here' }).click();
      await page.getByText('A task has begun.').first().waitFor();
      await page.getByRole('button', { name: 'Show', exact: true }).click();
      await page.getByRole('button', { name: 'Ended' }).click();
      await page.getByRole('listitem').filter({ hasText: 'To /local' }).getByText('Done').waitFor();
      await page.context().close();
    },
  );

  inBrowser('a storage’s card tells what its account has used', async () => {
    const page = await signedIn();
    await page.goto(`${gateway.url}/manage`);
    const card = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('heading', { name: '/demo', exact: true }) });
    await card.getByRole('meter', { name: 'Space' }).waitFor();
    await card.getByText('Offline downloads today').waitFor();
    await page.context().close();
  });

  inBrowser('on a phone all of it fits, and what has no room stands behind More', async () => {
    const page = await signedIn();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('link', { name: /^Offline/ }).click();
    await page.getByRole('button', { name: 'Ended' }).click();
    await page.getByRole('listitem').first().waitFor();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Manage' }).click();
    await page.waitForURL(/\/manage$/);
    await page.context().close();
  });
});
