import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { ask } from '../cloud/cloud-fixture.ts';
import { type Sandbox, startSandbox } from '../index.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

beforeEach(() => control('POST', 'reset'));

afterAll(() => sandbox.stop());

/** Calls the control interface; `body` is sent as it is when it is a text. */
async function control(
  method: string,
  name: string,
  body?: unknown,
): Promise<{ status: number; json: unknown }> {
  const response = await fetch(`https://127.0.0.1:${sandbox.port}/_sandbox/${name}`, {
    method,
    tls: { ca: sandbox.caPem },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json() };
}

const RULE = {
  kind: 'status',
  status: 429,
  retry_after: 3,
  body: 'empty',
  times: 2,
  match: { path: '/v1/*' },
};

describe('stats', () => {
  test('count requests by method and pattern, and not those to the control interface', async () => {
    for (const path of ['/v1/user/me', '/v1/user/me', '/drive/v1/files/VNaAbBcCdDeEfFgGhHiIjJk-o1'])
      await fetch(`https://127.0.0.1:${sandbox.port}${path}`, {
        headers: { host: path.startsWith('/v1') ? 'user.mypikpak.com' : 'api-drive.mypikpak.com' },
        tls: { ca: sandbox.caPem, rejectUnauthorized: false },
      });
    const { json } = await control('GET', 'stats');
    expect(json).toMatchObject({
      requests: { 'GET /v1/user/me': 2, 'GET /drive/v1/files/{id}': 1 },
      open_cdn_connections: 0,
      cdn_bytes: 0,
      sign_ins: 0,
      refreshes: 0,
      captcha_inits: 0,
    });
    expect(sandbox.stats().requests).toEqual({ 'GET /v1/user/me': 2, 'GET /drive/v1/files/{id}': 1 });
  });
});

describe('the clock', () => {
  test('goes forward and says what time it is', async () => {
    const before = sandbox.clock.now();
    const { status, json } = await control('POST', 'clock', { advance_ms: 3_600_000 });
    expect(status).toBe(200);
    expect(json).toEqual({ now_ms: expect.any(Number) });
    expect(sandbox.clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
  });

  test.each([
    [{}],
    [{ advance_ms: -1 }],
    [{ advance_ms: 1.5 }],
    [{ advance_ms: '1' }],
    [{ advance_ms: 1e13 }],
    [[]],
    [null],
  ])('refuses %p', async (body) => {
    const before = sandbox.clock.now();
    const { status, json } = await control('POST', 'clock', body);
    expect(status).toBe(400);
    expect(json).toEqual({ error: expect.stringMatching(/advance_ms|JSON object/) });
    expect(sandbox.clock.now() - before).toBeLessThan(60_000);
  });
});

describe('faults', () => {
  test('are added, listed as they were sent, strike, and are cleared', async () => {
    expect(await control('POST', 'faults', RULE)).toEqual({ status: 200, json: { faults: [RULE] } });
    const struck = await ask(sandbox.cloud, '/v1/user/me');
    expect([struck.status, struck.response.headers['retry-after']]).toEqual([429, '3']);
    expect((await control('GET', 'faults')).json).toEqual({ faults: [{ ...RULE, times: 1 }] });
    expect((await control('DELETE', 'faults')).json).toEqual({ faults: [] });
    expect((await ask(sandbox.cloud, '/v1/user/me')).status).toBe(401);
  });

  test('that strike for ever are listed so', async () => {
    const slow = { kind: 'slow_body', bytes_per_second: 1000, times: 'forever', match: {} };
    expect((await control('POST', 'faults', slow)).json).toEqual({ faults: [slow] });
  });

  test('are refused when they make no sense, with the member that is wrong', async () => {
    const wrong = await control('POST', 'faults', { kind: 'status', status: 99 });
    expect(wrong).toEqual({ status: 400, json: { error: 'status must be a whole number from 400 to 599' } });
    expect((await control('POST', 'faults', { kind: 'flood' })).status).toBe(400);
    for (let i = 0; i < 200; i++) await control('POST', 'faults', RULE);
    expect((await control('POST', 'faults', RULE)).json).toEqual({ error: 'at most 200 faults can wait' });
  });
});

describe('reset and seed', () => {
  test('drop faults and figures and set the clock right', async () => {
    await control('POST', 'faults', RULE);
    await control('POST', 'clock', { advance_ms: 86_400_000 });
    await ask(sandbox.cloud, '/v1/user/me');
    expect(await control('POST', 'reset')).toEqual({ status: 200, json: { ok: true } });
    expect(sandbox.faults.pending()).toEqual([]);
    expect(sandbox.stats().requests).toEqual({});
    expect(Math.abs(sandbox.clock.now() - Date.now())).toBeLessThan(60_000);
  });

  test('take a seed that is known, and nothing else', async () => {
    expect((await control('POST', 'seed', { name: 'standard' })).status).toBe(200);
    const { status, json } = await control('POST', 'seed', { name: 'nonsense' });
    expect(status).toBe(400);
    expect(json).toEqual({ error: expect.stringContaining('standard') });
    expect((await control('POST', 'seed', {})).json).toEqual({ error: 'name must be a text' });
  });
});

describe('a request that the control interface does not know', () => {
  test.each([
    ['GET', 'nothing', undefined, 404],
    ['GET', 'toString', undefined, 404],
    ['GET', '', undefined, 404],
    ['DELETE', 'stats', undefined, 405],
    ['GET', 'clock', undefined, 405],
    ['POST', 'faults', '{"kind":', 400],
    ['POST', 'seed', '\u0000', 400],
  ])('%s %p with %p is answered with %i and a reason', async (method, name, body, expected) => {
    const { status, json } = await control(method, name, body);
    expect(status).toBe(expected);
    expect(json).toEqual({ error: expect.any(String) });
  });
});
