import { describe, expect, test } from 'bun:test';
import { ask, makeCloud, signIn, WEB_CLIENT } from '../cloud-fixture.ts';
import examples from '../fixtures/reference-examples.json' with { type: 'json' };
import { shapeMismatches } from '../shape-mismatches.ts';
import type { Cloud } from '../../types.ts';

const refreshWith = (cloud: Cloud, token: unknown, extra: object = {}) =>
  ask(cloud, '/v1/auth/token', {
    json: { client_id: WEB_CLIENT, grant_type: 'refresh_token', refresh_token: token, ...extra },
  });

describe('a refresh', () => {
  test('gives new tokens of the same user, in the same shape', async () => {
    const { cloud } = await makeCloud();
    const { body: first } = await signIn(cloud);
    const { status, body } = await refreshWith(cloud, first['refresh_token']);
    expect(status).toBe(200);
    expect(shapeMismatches(body, examples.signInAnswer)).toEqual([]);
    expect(body['sub']).toBe(String(first['sub']));
    expect(body['refresh_token']).not.toBe(String(first['refresh_token']));
    expect(body['access_token']).not.toBe(String(first['access_token']));
    expect(cloud.stats()).toMatchObject({ signIns: 1, refreshes: 1 });
  });

  test('kills the old refresh token and tells the time of its use', async () => {
    const { cloud, clock } = await makeCloud();
    const { body: first } = await signIn(cloud);
    const token = String(first['refresh_token']);
    await refreshWith(cloud, token);
    clock.advance(60_000);
    const { status, body } = await refreshWith(cloud, token);
    const text = `refresh token ${token} has been refresh at 2026-01-15T16:00:00+08:00`;
    expect(status).toBe(400);
    expect(body).toEqual({
      error: 'invalid_grant',
      error_code: 4126,
      error_description: text,
      details: [
        { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: text, domain: '', metadata: {} },
        {
          '@type': 'type.googleapis.com/google.rpc.LocalizedMessage',
          locale: 'en',
          message: 'User credentials are incorrect or expired',
        },
      ],
    });
  });

  test('leaves the old access token alive until its own end', async () => {
    const { cloud, clock } = await makeCloud();
    const { body: first } = await signIn(cloud);
    await refreshWith(cloud, first['refresh_token']);
    const headers = { authorization: `Bearer ${String(first['access_token'])}` };
    expect((await ask(cloud, '/v1/user/me', { headers })).status).toBe(200);
    clock.advance(7_200_000);
    expect((await ask(cloud, '/v1/user/me', { headers })).status).toBe(401);
  });

  test.each([
    ['of another client', { client_id: 'YNxT9w7GMdWvEOKa' }],
    ['that nobody issued', { refresh_token: 'os.invented' }],
    ['that is empty', { refresh_token: '' }],
  ])('refuses a token %s with 4126', async (_name, extra) => {
    const { cloud } = await makeCloud();
    const { body: first } = await signIn(cloud);
    const { status, body } = await refreshWith(cloud, first['refresh_token'], extra);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'invalid_grant', error_code: 4126 });
  });

  test('by another client does not use the token up', async () => {
    const { cloud } = await makeCloud();
    const { body: first } = await signIn(cloud);
    await refreshWith(cloud, first['refresh_token'], { client_id: 'YNxT9w7GMdWvEOKa' });
    expect((await refreshWith(cloud, first['refresh_token'])).status).toBe(200);
  });

  test('of two that race, one wins', async () => {
    const { cloud } = await makeCloud();
    const { body: first } = await signIn(cloud);
    const answers = await Promise.all([1, 2].map(() => refreshWith(cloud, first['refresh_token'])));
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 400]);
  });

  test.each([
    ['a form', (fields: Record<string, string>) => new URLSearchParams(fields).toString()],
    ['JSON without a content type', (fields: Record<string, string>) => JSON.stringify(fields)],
  ])('reads %s', async (_name, encode) => {
    const { cloud } = await makeCloud();
    const { body: first } = await signIn(cloud);
    const { status } = await ask(cloud, '/v1/auth/token', {
      body: encode({
        grant_type: 'refresh_token',
        refresh_token: String(first['refresh_token']),
        client_id: WEB_CLIENT,
      }),
    });
    expect(status).toBe(200);
  });

  test('of another grant type is refused', async () => {
    const { cloud } = await makeCloud();
    const { body: first } = await signIn(cloud);
    const { status, body } = await refreshWith(cloud, first['refresh_token'], { grant_type: 'password' });
    expect({ status, error: body['error'] }).toEqual({ status: 400, error: 'invalid_argument' });
  });
});

describe('the profile', () => {
  test('masks the names and tells that a password is set', async () => {
    const { cloud } = await makeCloud();
    const { body: tokens } = await signIn(cloud);
    const headers = { authorization: `Bearer ${String(tokens['access_token'])}` };
    const { body } = await ask(cloud, '/v1/user/me', { headers });
    expect(body).toMatchObject({
      sub: 'YsluiceDemo1',
      email: 'de***@sluice.test',
      phone_number: '+86138****8000',
      password: 'SET',
      status: 'ACTIVE',
      providers: null,
    });
  });

  test('needs a bearer', async () => {
    const { cloud } = await makeCloud();
    const { status, body } = await ask(cloud, '/v1/user/me');
    expect(status).toBe(401);
    expect(body).toMatchObject({ error: 'unauthenticated', error_code: 16 });
  });
});
