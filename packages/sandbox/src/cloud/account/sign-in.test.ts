import { describe, expect, test } from 'bun:test';
import {
  ask,
  DEVICE,
  makeCloud,
  signedMeta,
  signIn,
  signInCaptcha,
  START_TIME,
  WEB_CLIENT,
} from '../cloud-fixture.ts';
import examples from '../fixtures/reference-examples.json' with { type: 'json' };
import { shapeMismatches } from '../shape-mismatches.ts';
import type { Cloud } from '../../types.ts';

const PASSWORD = 'sluice-demo';

/** Signs in as `username` after a captcha init with `meta`. */
async function signInAs(
  cloud: Cloud,
  username: string,
  meta: Readonly<Record<string, string>>,
  extra: object = {},
) {
  const { captcha_token } = await signInCaptcha(cloud, meta);
  const json = { client_id: WEB_CLIENT, username, password: PASSWORD, captcha_token, ...extra };
  return ask(cloud, '/v1/auth/signin', { json });
}

describe('sign-in', () => {
  test('answers as the reference shows, with the user id inside the token and beside it', async () => {
    const { cloud } = await makeCloud();
    const { status, body } = await signIn(cloud);
    expect(status).toBe(200);
    expect(shapeMismatches(body, examples.signInAnswer)).toEqual([]);
    const [head, payload, signature] = String(body['access_token']).split('.');
    expect(JSON.parse(Buffer.from(head ?? '', 'base64url').toString())).toMatchObject({ alg: 'RS256' });
    expect(JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())).toMatchObject({
      iss: 'https://user.mypikpak.com',
      sub: body['sub'],
      aud: WEB_CLIENT,
      iat: START_TIME / 1000,
      exp: START_TIME / 1000 + 7200,
    });
    expect(Buffer.from(signature ?? '', 'base64url')).toHaveLength(256);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 7200 });
    expect(body['refresh_token']).toStartWith('os.');
  });

  test.each([
    ['email', 'demo@sluice.test', { email: 'demo@sluice.test' }],
    ['email, declared as a user name', 'demo@sluice.test', { username: 'demo@sluice.test' }],
    ['telephone', '+8613800138000', { phone_number: '+8613800138000' }],
    ['telephone with blanks', '+86 138-0013-8000', { phone_number: '+86 138 0013 8000' }],
    ['telephone, declared as a user name', '+8613800138000', { username: '+8613800138000' }],
    ['telephone, without its country code in the captcha', '+8613800138000', { phone_number: '13800138000' }],
    ['user name', 'sluicedemo', { username: 'sluicedemo' }],
  ])('works by %s', async (_name, username, meta) => {
    const { cloud } = await makeCloud();
    const { status, body } = await signInAs(cloud, username, meta);
    expect({ status, sub: body['sub'] }).toEqual({ status: 200, sub: 'YsluiceDemo1' });
  });

  test('refuses a telephone number without country code, saying what it got', async () => {
    const { cloud } = await makeCloud();
    const { status, body } = await signInAs(cloud, '13800138000', { phone_number: '13800138000' });
    expect(status).toBe(400);
    expect(body['error_description']).toBe(
      'meta.username expect 13800138000, but got map[phone_number:+8613800138000 result:accept], please check captcha init params',
    );
  });

  test('refuses a captcha made for another name, field for field', async () => {
    const { cloud } = await makeCloud();
    const { status, body } = await signInAs(cloud, 'bob', { email: 'alice@example.com' });
    expect(status).toBe(400);
    expect(body['error_description']).toBe(examples.metaMismatch.error_description);
    expect(body).toMatchObject({ error: 'captcha_invalid', error_code: 4002 });
    expect(shapeMismatches(body, examples.metaMismatch)).toEqual([]);
  });

  test.each([
    ['a wrong password', 'demo@sluice.test', 'wrong'],
    ['a name that nobody has', 'nobody@sluice.test', PASSWORD],
    ['an account made through Google', 'google@sluice.test', PASSWORD],
    ['the account of the shares', 'sharer@sluice.test', PASSWORD],
  ])('refuses %s, field for field', async (_name, email, password) => {
    const { cloud } = await makeCloud();
    const { status, body } = await signIn(cloud, email, password);
    expect(status).toBe(400);
    expect(body).toEqual(examples.wrongPassword);
    expect(cloud.stats().signIns).toBe(0);
  });

  test('takes the captcha token from the header as well', async () => {
    const { cloud } = await makeCloud();
    const captcha = await signInCaptcha(cloud, { username: 'sluicedemo' });
    const { status } = await ask(cloud, '/v1/auth/signin', {
      headers: { 'x-captcha-token': String(captcha['captcha_token']) },
      json: { client_id: WEB_CLIENT, username: 'sluicedemo', password: PASSWORD },
    });
    expect(status).toBe(200);
  });

  test.each([
    ['JSON that is labelled as a form', (fields: Record<string, string>) => JSON.stringify(fields)],
    ['a true form', (fields: Record<string, string>) => new URLSearchParams(fields).toString()],
  ])('reads %s', async (_name, encode) => {
    const { cloud } = await makeCloud();
    const captcha = await signInCaptcha(cloud, { username: 'sluicedemo' });
    const { status } = await ask(cloud, '/v1/auth/signin', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: encode({
        client_id: WEB_CLIENT,
        username: 'sluicedemo',
        password: PASSWORD,
        captcha_token: String(captcha['captcha_token']),
      }),
    });
    expect(status).toBe(200);
  });

  test.each([
    ['{"client_id":', 'broken JSON'],
    ['', 'nothing'],
    ['[]', 'an array'],
  ])('refuses the body %p', async (body) => {
    const { cloud } = await makeCloud();
    const answer = await ask(cloud, '/v1/auth/signin', { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: 'invalid_argument', error_code: 3 });
  });
});

describe('the captcha at sign-in', () => {
  test('must be there', async () => {
    const { cloud } = await makeCloud();
    const { status, body } = await signInAs(
      cloud,
      'sluicedemo',
      { username: 'sluicedemo' },
      { captcha_token: '' },
    );
    expect({ status, error: body['error'] }).toEqual({ status: 400, error: 'captcha_required' });
  });

  test('dies after 300 seconds', async () => {
    const { cloud, clock } = await makeCloud();
    const { captcha_token } = await signInCaptcha(cloud, { username: 'sluicedemo' });
    const json = { client_id: WEB_CLIENT, username: 'sluicedemo', password: PASSWORD, captcha_token };
    clock.advance(299_000);
    expect((await ask(cloud, '/v1/auth/signin', { json })).status).toBe(200);
    clock.advance(1000);
    const { status, body } = await ask(cloud, '/v1/auth/signin', { json });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: 'captcha_invalid',
      error_code: 4002,
      error_description: 'Code(4002) - captcha_token expired',
    });
  });

  test.each([
    ['an invented one', { captcha_token: 'ck0.invented' }],
    ['one of another client', { client_id: 'YNxT9w7GMdWvEOKa' }],
  ])('may not be %s', async (_name, extra) => {
    const { cloud } = await makeCloud();
    const { status, body } = await signInAs(cloud, 'sluicedemo', { username: 'sluicedemo' }, extra);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'captcha_invalid', error_code: 4002 });
  });

  test('may not be of another device than a header names', async () => {
    const { cloud } = await makeCloud();
    const { captcha_token } = await signInCaptcha(cloud, { username: 'sluicedemo' });
    const json = { client_id: WEB_CLIENT, username: 'sluicedemo', password: PASSWORD, captcha_token };
    const from = (device: string) =>
      ask(cloud, '/v1/auth/signin', { headers: { 'x-device-id': device }, json });
    expect((await from('f'.repeat(32))).status).toBe(400);
    expect((await from(DEVICE)).status).toBe(200);
  });

  test('may not be one that was signed for drive calls', async () => {
    const { cloud } = await makeCloud();
    const { body } = await ask(cloud, '/v1/shield/captcha/init', {
      json: {
        client_id: WEB_CLIENT,
        device_id: DEVICE,
        action: 'GET:/drive/v1/files',
        meta: signedMeta(START_TIME),
      },
    });
    const answer = await signInAs(
      cloud,
      'sluicedemo',
      { username: 'sluicedemo' },
      { captcha_token: body['captcha_token'] },
    );
    expect(answer.body['error_description']).toStartWith('meta.username expect sluicedemo, but got map[');
  });
});

describe('the client at sign-in', () => {
  test.each([
    ['with its secret', { client_secret: 'dbw2OtmVEeuUvIptb1Coyg' }, 200],
    ['without a secret', {}, 200],
    ['with a wrong secret', { client_secret: 'wrong' }, 400],
    ['of an unknown id', { client_id: 'unknown' }, 400],
  ])('%s', async (_name, extra, expected) => {
    const { cloud } = await makeCloud();
    const { status } = await signInAs(cloud, 'sluicedemo', { username: 'sluicedemo' }, extra);
    expect(status).toBe(expected);
  });
});

describe('too many sign-ins', () => {
  test('answer code 10 from the sixth on, until five minutes have passed', async () => {
    const { cloud, clock } = await makeCloud();
    for (let i = 0; i < 5; i++) expect((await signIn(cloud)).status).toBe(200);
    const { status, body } = await signIn(cloud);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'aborted', error_code: 10 });
    expect(body['error_description']).toContain('too frequent');
    expect(cloud.stats().signIns).toBe(5);
    clock.advance(300_000);
    expect((await signIn(cloud)).status).toBe(200);
  });

  test('are forgotten at a reset', async () => {
    const { cloud } = await makeCloud({ rules: { signInLimit: { count: 1, windowMs: 1000 } } });
    await signIn(cloud);
    expect((await signIn(cloud)).status).toBe(400);
    await cloud.reset('standard');
    expect((await signIn(cloud)).status).toBe(200);
  });
});
