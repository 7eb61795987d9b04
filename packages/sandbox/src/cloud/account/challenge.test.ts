import { describe, expect, test } from 'bun:test';
import type { Cloud } from '../../types.ts';
import { ask, makeCloud, signInCaptcha, WEB_CLIENT } from '../cloud-fixture.ts';
import examples from '../fixtures/reference-examples.json' with { type: 'json' };
import { shapeMismatches } from '../shape-mismatches.ts';

const EMAIL = 'verify@sluice.test';

const signInWith = (cloud: Cloud, token: unknown) =>
  ask(cloud, '/v1/auth/signin', {
    json: { client_id: WEB_CLIENT, username: EMAIL, password: 'sluice-demo', captcha_token: token },
  });

const pressButton = (cloud: Cloud, form: Record<string, string>) =>
  ask(cloud, '/captcha/v2/spritePuzzle.html', {
    host: 'user.mypikpak.com',
    body: new URLSearchParams(form).toString(),
  });

describe('an account that must pass a human check', () => {
  test('gets a url with its ticket, on the host that was asked', async () => {
    const { cloud } = await makeCloud();
    const body = await signInCaptcha(cloud, { email: EMAIL });
    expect(shapeMismatches(body, examples.captchaChallenge)).toEqual([]);
    const url = new URL(String(body['url']));
    const example = new URL(examples.captchaChallenge.url);
    expect([...url.searchParams.keys()]).toEqual([...example.searchParams.keys()]);
    expect(url.origin + url.pathname).toBe(example.origin + example.pathname);
    expect(url.searchParams.get('captcha_token')).toBe(String(body['captcha_token']));
  });

  test('cannot sign in with the ticket before the check is passed', async () => {
    const { cloud } = await makeCloud();
    const ticket = (await signInCaptcha(cloud, { email: EMAIL }))['captcha_token'];
    const { status, body } = await signInWith(cloud, ticket);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'captcha_invalid', error_code: 4002 });
    expect(body['error_description']).toEqual(expect.stringMatching(/result:review$/));
  });

  test('signs in with the solved token, and with the ticket once it is solved', async () => {
    const { cloud } = await makeCloud();
    const ticket = String((await signInCaptcha(cloud, { email: EMAIL }))['captcha_token']);
    const solved = cloud.solveChallenge(ticket);
    expect(solved).toStartWith('ck0.');
    expect((await signInWith(cloud, solved)).status).toBe(200);
    expect((await signInWith(cloud, ticket)).status).toBe(200);
  });

  test('cannot solve a ticket that is unknown, expired, or solved already', async () => {
    const { cloud, clock } = await makeCloud();
    expect(cloud.solveChallenge('ck0.unknown')).toBeUndefined();
    const first = String((await signInCaptcha(cloud, { email: EMAIL }))['captcha_token']);
    expect(cloud.solveChallenge(first)).toBeString();
    expect(cloud.solveChallenge(first)).toBeUndefined();
    const second = String((await signInCaptcha(cloud, { email: EMAIL }))['captcha_token']);
    clock.advance(300_000);
    expect(cloud.solveChallenge(second)).toBeUndefined();
  });
});

describe('the page of the human check', () => {
  test('shows one button that carries the ticket, and escapes what the address says', async () => {
    const { cloud } = await makeCloud();
    const { response } = await ask(cloud, '/captcha/v2/spritePuzzle.html', {
      host: 'user.mypikpak.com',
      query: { captcha_token: 'ck0.a', redirect_uri: '"><script>alert(1)</script>', state: 's' },
    });
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(response.body).toContain('value="ck0.a"');
    expect(response.body).not.toContain('<script>');
    expect(String(response.body).match(/<button/g)).toHaveLength(1);
  });

  test('leads back to a web address with a token that signs in', async () => {
    const { cloud } = await makeCloud();
    const ticket = String((await signInCaptcha(cloud, { email: EMAIL }))['captcha_token']);
    const form = { captcha_token: ticket, redirect_uri: 'https://mypikpak.com/loading?a=b', state: 's1' };
    const { response } = await pressButton(cloud, form);
    expect(response.status).toBe(302);
    const target = new URL(response.headers['location'] ?? '');
    expect(target.origin + target.pathname).toBe('https://mypikpak.com/loading');
    expect(target.searchParams.get('state')).toBe('s1');
    expect((await signInWith(cloud, target.searchParams.get('captcha_token'))).status).toBe(200);
  });

  test.each(['xlaccsdk01://xbase.cloud/callback?state=harbor', 'javascript:alert(1)', ''])(
    'shows the token to copy when the way back is %p',
    async (redirectUri) => {
      const { cloud } = await makeCloud();
      const ticket = String((await signInCaptcha(cloud, { email: EMAIL }))['captcha_token']);
      const { response } = await pressButton(cloud, { captcha_token: ticket, redirect_uri: redirectUri });
      expect(response.status).toBe(200);
      const token = /<code id="captcha-token">([^<]+)</.exec(String(response.body))?.[1];
      expect((await signInWith(cloud, token)).status).toBe(200);
    },
  );

  test('says so when the ticket is stale', async () => {
    const { cloud } = await makeCloud();
    const { response } = await pressButton(cloud, { captcha_token: 'ck0.stale' });
    expect(response.status).toBe(400);
    expect(response.body).toContain('Too late');
  });

  test('can be led to another base, so that a browser reaches it', async () => {
    const { cloud } = await makeCloud({ challengeBase: 'http://127.0.0.1:1234' });
    const { url } = await signInCaptcha(cloud, { email: EMAIL });
    expect(url).toEqual(
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:1234\/captcha\/v2\/spritePuzzle\.html\?/),
    );
  });
});
