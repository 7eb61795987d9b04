import { describe, expect, test } from 'bun:test';
import type { Cloud } from '../../types.ts';
import {
  ask,
  DEVICE,
  driveHeaders,
  makeCloud,
  record,
  records,
  signedMeta,
  signInCaptcha,
  START_TIME,
  WEB_CLIENT,
} from '../cloud-fixture.ts';
import examples from '../fixtures/reference-examples.json' with { type: 'json' };

const FILES = '/drive/v1/files';
const SHARE = { share_id: 'VNsandboxOpenShare00001' };

async function driveCaptcha(cloud: Cloud): Promise<string> {
  const { body } = await ask(cloud, '/v1/shield/captcha/init', {
    json: {
      client_id: WEB_CLIENT,
      device_id: DEVICE,
      action: 'GET:/drive/v1/files',
      meta: signedMeta(START_TIME),
    },
  });
  return String(body['captcha_token']);
}

const detailOf = (body: Parameters<typeof records>[0]) => records(body, 'error_details')[0]?.['detail'];

describe('the bearer of a drive call', () => {
  test('that has expired answers 401, field for field', async () => {
    const { cloud, clock } = await makeCloud();
    const headers = await driveHeaders(cloud);
    clock.advance(7_199_000);
    expect((await ask(cloud, FILES, { headers })).status).toBe(200);
    clock.advance(1000);
    const { status, body } = await ask(cloud, FILES, { headers });
    expect(status).toBe(401);
    expect(body).toEqual({
      ...examples.unauthenticated,
      error_details: [
        {
          '@type': 'type.googleapis.com/google.rpc.DebugInfo',
          stack_entries: [],
          detail: 'oidc: token is expired (Token Expiry: 2026-01-15 18:00:00 +0800 CST)',
        },
      ],
    });
  });

  test.each([{}, { authorization: 'Bearer nonsense' }, { authorization: 'Basic abc' }])(
    'that is none answers 401 whatever else is wrong: %p',
    async (headers) => {
      const { cloud } = await makeCloud();
      const { status, body } = await ask(cloud, FILES, {
        headers: { ...headers, 'x-captcha-token': 'junk' },
      });
      expect({ status, code: body['error_code'] }).toEqual({ status: 401, code: 16 });
    },
  );

  test('does not outlive a reset', async () => {
    const { cloud } = await makeCloud();
    const headers = await driveHeaders(cloud);
    await cloud.reset('standard');
    expect((await ask(cloud, FILES, { headers })).status).toBe(401);
  });
});

describe('the device of a drive call', () => {
  test('must be named, in a header or in the query', async () => {
    const { cloud } = await makeCloud();
    const { authorization = '' } = await driveHeaders(cloud);
    const { status, body } = await ask(cloud, FILES, { headers: { authorization } });
    expect(status).toBe(400);
    expect(body).toEqual(examples.deviceMissing);
    const query = { device_id: DEVICE };
    expect((await ask(cloud, FILES, { headers: { authorization }, query })).status).toBe(200);
  });
});

describe('the captcha token of a drive call', () => {
  test('may be missing or empty for reads', async () => {
    const { cloud } = await makeCloud();
    const headers = await driveHeaders(cloud);
    expect((await ask(cloud, FILES, { headers })).status).toBe(200);
    expect((await ask(cloud, FILES, { headers: { ...headers, 'x-captcha-token': '' } })).status).toBe(200);
  });

  test('serves any action for 300 seconds, then answers code 9 with that name', async () => {
    const { cloud, clock } = await makeCloud();
    const headers = { ...(await driveHeaders(cloud)), 'x-captcha-token': await driveCaptcha(cloud) };
    expect((await ask(cloud, '/drive/v1/about', { headers })).status).toBe(200);
    clock.advance(300_000);
    const { status, body } = await ask(cloud, FILES, { headers });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: 'captcha_invalid',
      error_code: 9,
      error_url: '',
      error_description: 'Verification code is invalid',
    });
    expect(records(body, 'error_details')[1]).toEqual({
      '@type': 'type.googleapis.com/google.rpc.LocalizedMessage',
      locale: 'en',
      message: 'Verification code is invalid',
    });
  });

  test.each([
    ['that is garbage', 'garbage', 'failed to decode'],
    ['that nobody issued', 'ck0.nobody', 'no client info found'],
  ])('%s is refused with its own detail', async (_name, token, detail) => {
    const { cloud } = await makeCloud();
    const headers = { ...(await driveHeaders(cloud)), 'x-captcha-token': token };
    const { status, body } = await ask(cloud, FILES, { headers });
    expect({ status, detail: detailOf(body) }).toEqual({ status: 400, detail });
  });

  test('belongs to one device and one client', async () => {
    const { cloud } = await makeCloud();
    const headers = { ...(await driveHeaders(cloud)), 'x-captcha-token': await driveCaptcha(cloud) };
    const device = await ask(cloud, FILES, { headers: { ...headers, 'x-device-id': 'f'.repeat(32) } });
    expect(detailOf(device.body)).toBe('device not match');
    const client = await ask(cloud, FILES, { headers: { ...headers, 'x-client-id': 'YNxT9w7GMdWvEOKa' } });
    expect(detailOf(client.body)).toBe('no client info found');
  });

  test('is no use while it is only a ticket', async () => {
    const { cloud } = await makeCloud();
    const ticket = String((await signInCaptcha(cloud, { email: 'verify@sluice.test' }))['captcha_token']);
    const headers = { ...(await driveHeaders(cloud)), 'x-captcha-token': ticket };
    expect((await ask(cloud, FILES, { headers })).body['error']).toBe('captcha_invalid');
  });

  test('is demanded when the rules are strict, and ignored when they are lax', async () => {
    const strict = (await makeCloud({ rules: { captcha: 'strict' } })).cloud;
    const missing = await ask(strict, FILES, { headers: await driveHeaders(strict) });
    expect(missing.status).toBe(400);
    expect(missing.body).toEqual({ detail: 'captcha_token is empty' });
    const lax = (await makeCloud({ rules: { captcha: 'lax' } })).cloud;
    const headers = { ...(await driveHeaders(lax)), 'x-captcha-token': 'garbage' };
    expect((await ask(lax, FILES, { headers })).status).toBe(200);
  });
});

describe('a share-reading call', () => {
  test('needs no account: device and client id are enough', async () => {
    const { cloud } = await makeCloud();
    const headers = { 'x-device-id': DEVICE, 'x-client-id': WEB_CLIENT };
    const { body } = await ask(cloud, '/drive/v1/share', { headers, query: SHARE });
    expect(body['share_status']).toBe('OK');
  });

  test('needs a captcha token when it names no client', async () => {
    const { cloud } = await makeCloud();
    const headers = { 'x-device-id': DEVICE };
    const { status, body } = await ask(cloud, '/drive/v1/share', { headers, query: SHARE });
    expect(status).toBe(400);
    expect(body).toEqual({ detail: 'captcha_token is empty' });
    const withToken = { ...headers, 'x-captcha-token': await driveCaptcha(cloud) };
    expect((await ask(cloud, '/drive/v1/share', { headers: withToken, query: SHARE })).status).toBe(200);
  });

  test('refuses a bearer that is not good', async () => {
    const { cloud } = await makeCloud();
    const headers = { 'x-device-id': DEVICE, 'x-client-id': WEB_CLIENT, authorization: 'Bearer bad' };
    expect((await ask(cloud, '/drive/v1/share', { headers, query: SHARE })).status).toBe(401);
  });
});

describe('a path, method or host that is not known', () => {
  test.each([
    ['api-drive.mypikpak.com', 'GET', '/drive/v1/nothing'],
    ['api-drive.mypikpak.com', 'POST', '/drive/v1/files:batchNothing'],
    ['api-drive.mypikpak.com', 'GET', '/drive/v1/files/'],
    ['api-drive.mypikpak.com', 'GET', '/drive/v1/files/%zz'],
    ['user.mypikpak.com', 'GET', '/drive/v1/files'],
    ['user.mypikpak.com', 'GET', '/v1/auth/signin'],
    ['api-drive.example.com', 'GET', '/drive/v1/files'],
    ['mypikpak.com', 'GET', '/'],
  ])('answers the 404 envelope: %s %s %s', async (host, method, path) => {
    const { cloud } = await makeCloud();
    const { status, body, response } = await ask(cloud, path, { host, method });
    expect(status).toBe(404);
    expect(body).toEqual({
      error: 'not_found',
      error_code: 5,
      error_url: '',
      error_description: 'Not Found',
      error_details: [],
    });
    expect(response.headers).toEqual({
      'content-type': 'application/json; charset=utf-8',
      date: 'Thu, 15 Jan 2026 08:00:00 GMT',
    });
  });
});

test('every answer carries the time of the sandbox', async () => {
  const { cloud, clock } = await makeCloud();
  clock.advance(3_600_000);
  const { response, body } = await ask(cloud, FILES);
  expect(response.headers['date']).toBe('Thu, 15 Jan 2026 09:00:00 GMT');
  expect(record(body, 'nothing')).toEqual({});
});
