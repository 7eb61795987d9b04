import { afterAll, beforeAll, describe, expect } from 'bun:test';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Gateway, startGateway } from './gateway.ts';
import { chromiumPath, testWith } from './tools.ts';

/** Runs in a page that puts it in as HTML, were it not for the page's policy; `marked` finds the element even so. */
const MARKUP = '<img src=x onerror=window.pwned=1>';
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="window.pwned=1"><script>window.pwned=1</script></svg>';
const MARKDOWN = `# Heading

${MARKUP} <script>window.pwned=1</script> <iframe srcdoc="<script>top.pwned=1</script>"></iframe>
<a id="one" href="javascript:window.pwned=1">one</a> [two](javascript:window.pwned=1) [three](data:text/html,x)
<form action="//elsewhere.example"><input name="password"></form>
<div style="background:url(http://elsewhere.example/style)">four</div> ![five](http://elsewhere.example/picture)
`;
const SUBTITLES: Readonly<Record<string, string>> = {
  [`film.${MARKUP}.srt`]: `1\n00:00:01,000 --> 00:10:00,000\nsaid ${MARKUP}\n\n`,
  'film.vtt': `WEBVTT\n\n00:01.000 --> 10:00.000\nsaid ${MARKUP}\n`,
  'film.ass': `[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\nDialogue: 0,0:00:01.00,0:10:00.00,Default,,0,0,0,,said ${MARKUP}\n`,
};
const FOLDER = `"><svg onload=window.pwned=1> & 'x'`;

const executablePath = chromiumPath();
const FILM = join(import.meta.dir, '../packages/sandbox/src/media/files/sample.mp4');

/** A folder as someone leaves it who wants to run script in the page. */
function hostileFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-hostile-'));
  const files = {
    'page.html': '<script>parent.pwned=1;opener.pwned=1</script>',
    'picture.svg': SVG,
    'notes.md': MARKDOWN,
    [`${MARKUP}.txt`]: MARKUP,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  for (const [index, [name, text]] of Object.entries(SUBTITLES).entries()) {
    mkdirSync(join(folder, `film-${index}`));
    copyFileSync(FILM, join(folder, `film-${index}`, 'film.mp4'));
    writeFileSync(join(folder, `film-${index}`, name), text);
  }
  mkdirSync(join(folder, FOLDER));
  return folder;
}

describe('XSS: files that someone else put on a drive', () => {
  let gateway: Gateway;
  let browser: Browser;
  let token: string;
  const folder = executablePath === undefined ? '' : hostileFolder();

  async function call(path: string, body: object): Promise<{ code: number; data: Record<string, string> }> {
    const res = await fetch(`${gateway.url}/api${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: token },
      body: JSON.stringify(body),
    });
    return (await res.json()) as { code: number; data: Record<string, string> };
  }

  beforeAll(async () => {
    if (executablePath === undefined) return;
    gateway = await startGateway();
    token = '';
    const login = { username: 'admin', password: gateway.password };
    token = (await call('/auth/login', login)).data['token'] ?? '';
    const addition = JSON.stringify({ root_folder_path: folder });
    const made = await call('/admin/storage/create', { mount_path: '/x', driver: 'Local', addition });
    expect(made.code).toBe(200);
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic'] });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  async function signedIn(): Promise<{ page: Page; foreign: string[]; violations: string[] }> {
    const page = await (await browser.newContext()).newPage();
    const foreign: string[] = [];
    const violations: string[] = [];
    page.on('request', (request) => {
      if (/elsewhere\.example/.test(request.url())) foreign.push(request.url());
    });
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) violations.push(message.text());
    });
    await page.goto(gateway.url);
    await page.getByLabel('Username').fill('admin');
    await page.getByLabel('Password', { exact: true }).fill(gateway.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('row', { name: /demo/ }).first().waitFor();
    return { page, foreign, violations };
  }

  /** What got into the page as markup, or ran in it. */
  function marked(page: Page): Promise<unknown> {
    return page.evaluate(() => ({
      ran: Reflect.get(window, 'pwned') !== undefined,
      elements: document.querySelectorAll('[onerror], [onload], iframe, body script:not([src])').length,
    }));
  }
  const CLEAN = { ran: false, elements: 0 };

  const inBrowser = (name: string, body: () => Promise<void>): void =>
    testWith(executablePath, 'Chromium', name, body);

  inBrowser('names are text, in lists, trails and details', async () => {
    const { page, violations } = await signedIn();
    await page.goto(`${gateway.url}/files/x`);
    await page.getByRole('link', { name: `${MARKUP}.txt`, exact: true }).waitFor();
    expect(await marked(page)).toEqual(CLEAN);
    await page.getByRole('link', { name: FOLDER, exact: true }).click();
    await page.waitForURL(/svg/);
    expect(await marked(page)).toEqual(CLEAN);
    await page.goto(`${gateway.url}/files/x/${encodeURIComponent(`${MARKUP}.txt`)}`);
    await page.locator('pre').waitFor();
    expect(await page.locator('pre').textContent()).toContain(MARKUP);
    expect(await marked(page)).toEqual(CLEAN);
    expect(violations).toEqual([]);
    await page.context().close();
  });

  inBrowser('Markdown runs nothing, asks nothing and fetches nothing from elsewhere', async () => {
    const { page, foreign, violations } = await signedIn();
    await page.goto(`${gateway.url}/files/x/notes.md`);
    await page.getByRole('heading', { name: 'Heading' }).waitFor();
    expect(await marked(page)).toEqual(CLEAN);
    const drawn = await page.evaluate(() => {
      const article = document.querySelector('article');
      const links = [...(article?.querySelectorAll('a') ?? [])].map((a) => a.getAttribute('href'));
      return {
        links: links.filter((href) => href !== null),
        odd: article?.querySelectorAll('form, input, img, [style], [id]').length,
      };
    });
    expect(drawn).toEqual({ links: [], odd: 0 });
    expect([...foreign, ...violations]).toEqual([]);
    await page.context().close();
  });

  inBrowser('subtitles of every format, and their names, are text', async () => {
    const { page, violations } = await signedIn();
    for (const index of Object.keys(SUBTITLES).keys()) {
      await page.goto(`${gateway.url}/files/x/film-${index}/film.mp4`);
      // The player is made anew when the folder's subtitles become known.
      await page.waitForFunction(() => {
        const film = document.querySelector('video');
        if (film?.paused === true) film.play().catch(() => {});
        return document.querySelector('.art-subtitle')?.textContent?.includes('said');
      });
      expect(await page.locator('.art-subtitle').textContent()).toContain('<img');
      expect(await marked(page)).toEqual(CLEAN);
      await page.locator('.art-control-setting').click();
      await page.locator('.art-setting-item', { hasText: 'Subtitles' }).first().click();
      expect(await marked(page)).toEqual(CLEAN);
    }
    expect(violations).toEqual([]);
    await page.context().close();
  });

  inBrowser(
    'HTML and SVG that are opened by their address have no origin, no script and no token',
    async () => {
      const { page } = await signedIn();
      for (const name of ['page.html', 'picture.svg']) {
        const { data } = await call('/fs/get', { path: `/x/${name}` });
        const address = `${gateway.url}/p/x/${name}?type=preview&sign=${data['sign']}`;
        const res = await page.goto(address);
        expect(res?.headers()['content-security-policy']).toStartWith('sandbox;');
        const reach = await page.evaluate(() => {
          try {
            return localStorage.length;
          } catch {
            return `no storage, origin ${origin}`;
          }
        });
        expect(reach).toBe('no storage, origin null');
        expect(await page.evaluate(() => Reflect.get(window, 'pwned'))).toBeUndefined();
      }
      await page.context().close();
    },
  );

  inBrowser('clickjacking: another page can not frame the app', async () => {
    const page = await (await browser.newContext()).newPage();
    const refused = page.waitForEvent('console', (message) => /frame-ancestors/.test(message.text()));
    await page.setContent(`<iframe src="${gateway.url}/sign-in"></iframe>`);
    expect((await refused).type()).toBe('error');
    await page.context().close();
  });

  inBrowser('open redirect: signing in leads to addresses of this page only', async () => {
    for (const to of [
      '//elsewhere.example/',
      '/\\elsewhere.example',
      'https://elsewhere.example',
      '/\t/elsewhere.example',
    ]) {
      const page = await (await browser.newContext()).newPage();
      await page.goto(`${gateway.url}/sign-in?to=${encodeURIComponent(to)}`);
      await page.getByLabel('Username').fill('admin');
      await page.getByLabel('Password', { exact: true }).fill(gateway.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('row', { name: /demo/ }).first().waitFor();
      expect(page.url()).toBe(`${gateway.url}/files`);
      await page.context().close();
    }
  });
});
