import { afterAll, beforeAll, describe, expect } from 'bun:test';
import { type Browser, chromium } from 'playwright-core';
import { type Gateway, startGateway } from './gateway.ts';
import { chromiumPath, testWith } from './tools.ts';

const executablePath = chromiumPath();

describe('app passwords in a real browser', () => {
  let gateway: Gateway;
  let browser: Browser;

  beforeAll(async () => {
    if (executablePath === undefined) return;
    gateway = await startGateway();
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--no-first-run'] });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  /** The status that a program with this password gets, and the folders that it sees. */
  async function byWebdav(password: string): Promise<[number, string[]]> {
    const headers = { Authorization: `Basic ${btoa(`admin:${password}`)}`, Depth: '1' };
    const res = await fetch(`${gateway.url}/dav/`, { method: 'PROPFIND', headers });
    const hrefs = [...(await res.text()).matchAll(/<D:href>([^<]*)</g)].map((match) => match[1] ?? '');
    return [res.status, hrefs];
  }

  testWith(executablePath, 'Chromium', 'one is made in the page, opens WebDAV, and is revoked', async () => {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    await page.goto(gateway.url);
    await page.getByLabel('Username').fill('admin');
    await page.getByLabel('Password', { exact: true }).fill(gateway.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'App passwords' }).click();

    await page.getByLabel('Name').fill('TV');
    await page.getByLabel('Folder').fill('/demo/Music');
    await page.getByLabel('May only look and play').check();
    await page.getByRole('button', { name: 'Create app password' }).click();
    const password = await page.locator('output[aria-label="Password for TV"]').innerText();
    expect(password).toMatch(/^(?:\w{4}-){3}\w{4}$/);
    await page.getByRole('button', { name: 'Done' }).click();
    expect(await byWebdav(password)).toEqual([207, expect.arrayContaining(['/dav/'])]);
    await page.getByText('Only /demo/Music · Read only').waitFor();

    await page.getByRole('button', { name: 'Revoke TV' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('You have none yet.').waitFor();
    expect((await byWebdav(password))[0]).toBe(401);
    await page.context().close();
  });
});
