import { beforeAll, describe, expect, test } from 'bun:test';
import {
  ask,
  type CloudFixture,
  DEVICE,
  makeCloud,
  signedMeta,
  START_TIME,
  WEB_CLIENT,
} from '../cloud-fixture.ts';
import examples from '../fixtures/reference-examples.json' with { type: 'json' };
import { shapeMismatches } from '../shape-mismatches.ts';

const SIGN_IN = 'POST:/v1/auth/signin';
const INIT = '/v1/shield/captcha/init';

let fixture: CloudFixture;
beforeAll(async () => {
  fixture = await makeCloud();
});

const request = (changes: object): object => ({
  client_id: WEB_CLIENT,
  device_id: DEVICE,
  action: SIGN_IN,
  meta: { email: 'demo@sluice.test' },
  ...changes,
});
const init = (changes: object) => ask(fixture.cloud, INIT, { json: request(changes) });
const signed = (meta: object) => init({ action: 'GET:/drive/v1/files', meta });

describe('captcha init before sign-in', () => {
  test('gives a token for 300 seconds and no url', async () => {
    const { status, body } = await init({});
    expect(status).toBe(200);
    expect(shapeMismatches(body, examples.captchaAnswer)).toEqual([]);
    expect(body).toEqual({ captcha_token: expect.stringMatching(/^ck0\./), expires_in: 300 });
  });

  test.each(['POST:/v1/auth/signin', 'POST:https://user.mypikpak.com/v1/auth/signin'])(
    'knows the action %s as a sign-in',
    async (action) => {
      expect((await init({ action })).status).toBe(200);
    },
  );

  test.each([
    ['no name', {}],
    ['an empty name', { username: '' }],
    ['two names', { email: 'demo@sluice.test', username: 'demo@sluice.test' }],
    ['a name that is not a text', { username: 7 }],
  ])('refuses a meta with %s', async (_name, meta) => {
    const { status, body } = await init({ meta });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'invalid_argument', error_code: 3 });
  });

  test('lets the signed members stand beside the name', async () => {
    expect((await init({ meta: { username: 'sluicedemo', ...signedMeta(START_TIME) } })).status).toBe(200);
  });

  test.each([
    ['an unknown client', { client_id: 'YnobodyKnowsThis' }],
    ['no action', { action: '' }],
    ['no meta', { meta: null }],
  ])('refuses %s', async (_name, changes) => {
    const { status, body } = await init(changes);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'invalid_argument', error_code: 3 });
  });

  test('names a missing device in the envelope without an error member', async () => {
    const { status, body } = await init({ device_id: '' });
    expect(status).toBe(400);
    expect(body).toEqual(examples.deviceMissing);
  });

  test('does not look at the old token or at the redirect address', async () => {
    const odd = { captcha_token: 'anything', redirect_uri: 'ttps://api.mypikpak.com/v1/auth/callback' };
    expect((await init(odd)).status).toBe(200);
  });
});

describe('captcha init for drive calls', () => {
  test('takes a right signature', async () => {
    const { status, body } = await signed(signedMeta(START_TIME));
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('url');
  });

  test('takes a user id of null, as a client with only a stored token sends it', async () => {
    expect((await signed({ ...signedMeta(START_TIME), user_id: null })).status).toBe(200);
  });

  test('refuses a signature with one digit changed', async () => {
    const meta = signedMeta(START_TIME);
    const sign = `${meta['captcha_sign']?.slice(0, -1)}${meta['captcha_sign']?.endsWith('0') ? '1' : '0'}`;
    const { status, body } = await signed({ ...meta, captcha_sign: sign });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'captcha_invalid', error_code: 4002 });
  });

  test('refuses a signature made for another device', async () => {
    expect((await signed(signedMeta(START_TIME, 'f'.repeat(32)))).status).toBe(400);
  });

  test('refuses a client version that is not known', async () => {
    expect((await signed({ ...signedMeta(START_TIME), client_version: '9.9.9' })).status).toBe(400);
  });

  test('refuses a signature that is six minutes old or ahead, and takes one that is four', async () => {
    expect((await signed(signedMeta(START_TIME - 360_000))).status).toBe(400);
    expect((await signed(signedMeta(START_TIME + 360_000))).status).toBe(400);
    expect((await signed(signedMeta(START_TIME - 240_000))).status).toBe(200);
  });

  test.each(['captcha_sign', 'timestamp', 'client_version', 'package_name', 'user_id'])(
    'needs %s',
    async (member) => {
      const meta = { ...signedMeta(START_TIME), [member]: undefined };
      const { status, body } = await signed(meta);
      expect(status).toBe(400);
      expect(body).toMatchObject({ error: 'invalid_argument', error_code: 3 });
    },
  );
});
