import { type Body, readBody, textOf } from '../request.ts';
import { type Call, Page } from '../router.ts';

/** Path of the slider challenge (protocol reference §2.2, field observation). */
export const CHALLENGE_PATH = '/captcha/v2/spritePuzzle.html';

/** Where a human solves the challenge of `ticket`; members as in §9.1. `base` replaces scheme and host. */
export function challengeUrl(body: Body, ticket: string, root: string, base?: string): string {
  const deviceId = textOf(body, 'device_id');
  const query = new URLSearchParams({
    action: textOf(body, 'action'),
    appName: 'NONE',
    appid: 'XBASE',
    captcha_token: ticket,
    clientVersion: 'NONE',
    client_id: textOf(body, 'client_id'),
    creditkey: ticket,
    credittype: '1',
    device_id: deviceId,
    deviceid: deviceId,
    event: 'shield-captcha-init',
    mainHost: `user.${root}`,
    platformVersion: 'NONE',
    privateStyle: '',
    traceid: '',
    redirect_uri: textOf(body, 'redirect_uri'),
    state: 'getcaptcha',
  });
  return `${base ?? `https://user.${root}`}${CHALLENGE_PATH}?${query.toString()}`;
}

/** The page with its one button. The real page shows a slider puzzle; what it looks like is of no matter to clients. */
export function challengePage(call: Call): Page {
  const { query } = call.request;
  const hidden = ['captcha_token', 'redirect_uri', 'state']
    .map((name) => `<input type="hidden" name="${name}" value="${escapeHtml(query.get(name) ?? '')}">`)
    .join('');
  return page(
    200,
    `<h1>Security check</h1><p>This is the sandbox's stand-in for PikPak's puzzle.</p>
<form method="post" action="${CHALLENGE_PATH}">${hidden}<button>I am a human</button></form>`,
  );
}

/** The button's answer: to the `redirect_uri` when that is a web address, else the solved token to copy. */
export function challengeAnswer(solve: (ticket: string) => string | undefined, call: Call): Page {
  const form = readBody(call.request);
  const solved = solve(textOf(form, 'captcha_token'));
  if (solved === undefined)
    return page(400, '<h1>Too late</h1><p>This check has expired or is already passed. Sign in again.</p>');
  const target = redirectTarget(textOf(form, 'redirect_uri'), solved, textOf(form, 'state'));
  if (target?.protocol === 'https:' || target?.protocol === 'http:')
    return new Page({ status: 302, headers: { location: target.href }, body: '' });
  return page(
    200,
    `<h1>Passed</h1><p>Captcha token, valid for a few minutes:</p>
<p><code id="captcha-token">${escapeHtml(solved)}</code></p>`,
  );
}

/** That the token returns in a query member of this name is a guess; the reference only says that it returns. */
function redirectTarget(uri: string, token: string, state: string): URL | undefined {
  if (!URL.canParse(uri)) return undefined;
  const target = new URL(uri);
  target.searchParams.set('captcha_token', token);
  target.searchParams.set('state', state);
  return target;
}

function page(status: number, content: string): Page {
  return new Page({
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      'referrer-policy': 'no-referrer',
    },
    body: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Security check</title><style>body{font:16px system-ui;max-width:40rem;margin:10vh auto;padding:0 1rem}
code{word-break:break-all}</style>${content}</html>`,
  });
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
