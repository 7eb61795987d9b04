import { describe, expect, test } from 'bun:test';
import { ask, driveHeaders, makeCloud, record, records } from './cloud-fixture.ts';
import { createFaults } from './faults.ts';

const FILES = '/drive/v1/files';

describe('scripted faults', () => {
  test('strike in the order they were added, as often as they say', () => {
    const faults = createFaults();
    faults.add({ kind: 'status', status: 503, match: {}, times: 2 });
    faults.add({ kind: 'status', status: 429, match: {}, times: 1 });
    const struck = [1, 2, 3, 4].map(() => faults.takeForApi('GET', FILES));
    expect(struck.map((fault) => fault && 'status' in fault && fault.status)).toEqual([
      503,
      503,
      429,
      undefined,
    ]);
    expect(faults.pending()).toEqual([]);
  });

  test('strike for ever when times is infinite, until they are cleared', () => {
    const faults = createFaults();
    faults.add({ kind: 'token_expired', match: {}, times: Number.POSITIVE_INFINITY });
    for (let i = 0; i < 50; i++) expect(faults.takeForApi('GET', FILES)?.kind).toBe('token_expired');
    faults.clear();
    expect(faults.takeForApi('GET', FILES)).toBeUndefined();
  });

  test.each([
    [{}, true],
    [{ method: 'GET' }, true],
    [{ method: 'POST' }, false],
    [{ path: '/drive/v1/files' }, false],
    [{ path: '/drive/v1/files/*' }, true],
    [{ path: '*/files/*' }, true],
    [{ path: '/drive/*/VNx' }, true],
    [{ path: '*VN*x*' }, true],
    [{ path: '/drive/v1/*files/VNx/VNx' }, false],
  ])('match a request by %p: %p', (match, expected) => {
    const faults = createFaults();
    faults.add({ kind: 'too_frequent', match, times: 1 });
    expect(faults.takeForApi('GET', '/drive/v1/files/VNx') !== undefined).toBe(expected);
  });

  test('of tokens leave the account service alone unless told otherwise', () => {
    const faults = createFaults();
    faults.add({ kind: 'captcha_invalid', match: {}, times: 1 });
    expect(faults.takeForApi('POST', '/v1/shield/captcha/init')).toBeUndefined();
    expect(faults.takeForApi('GET', FILES)?.kind).toBe('captcha_invalid');
  });

  test('of downloads are taken by downloads alone', () => {
    const faults = createFaults();
    faults.add({ kind: 'cut_body', afterBytes: 7, match: { path: '*fileid=VNa&*' }, times: 1 });
    expect(faults.takeForApi('GET', '/download/?fileid=VNa&x')).toBeUndefined();
    expect(faults.takeForDownload('/download/?fileid=VNb&x')).toBeUndefined();
    expect(faults.takeForDownload('/download/?fileid=VNa&x')).toMatchObject({
      kind: 'cut_body',
      afterBytes: 7,
    });
    expect(faults.takeForDownload('/download/?fileid=VNa&x')).toBeUndefined();
  });

  test('are bounded in number', () => {
    const faults = createFaults();
    const add = () => faults.add({ kind: 'too_frequent', match: {}, times: 1 });
    for (let i = 0; i < 200; i++) add();
    expect(add).toThrow('at most 200 faults');
  });
});

describe('a struck API call', () => {
  test('of kind status carries the wait and a body that is no JSON', async () => {
    const { cloud, faults } = await makeCloud();
    faults.add({ kind: 'status', status: 429, retryAfterSeconds: 1, match: {}, times: 1 });
    faults.add({ kind: 'status', status: 502, body: 'broken_json', match: {}, times: 1 });
    faults.add({ kind: 'status', status: 503, body: 'empty', match: {}, times: 1 });
    const first = await ask(cloud, FILES);
    expect(first.status).toBe(429);
    expect(first.response.headers).toMatchObject({
      'retry-after': '1',
      'content-type': 'text/html; charset=utf-8',
    });
    const second = await ask(cloud, FILES);
    expect(second.status).toBe(502);
    expect(() => JSON.parse(String(second.response.body))).toThrow();
    expect((await ask(cloud, FILES)).response).toMatchObject({ status: 503, body: '' });
    expect((await ask(cloud, FILES)).status).toBe(401);
  });

  test.each([
    [{ kind: 'captcha_invalid' }, 400, { error: 'captcha_invalid', error_code: 9 }],
    [{ kind: 'token_expired' }, 401, { error: 'unauthenticated', error_code: 16 }],
    [{ kind: 'too_frequent' }, 400, { error: 'aborted', error_code: 10 }],
    [
      { kind: 'vendor_error', status: 400, error: 'file_in_recycle_bin', code: 9, text: 'In the bin' },
      400,
      { error: 'file_in_recycle_bin', error_code: 9, error_description: 'In the bin' },
    ],
  ] as const)('%p answers in the envelope of its service', async (fault, status, expected) => {
    const { cloud, faults } = await makeCloud();
    const headers = await driveHeaders(cloud);
    faults.add({ ...fault, match: {}, times: 1 });
    const struck = await ask(cloud, FILES, { headers });
    expect(struck.status).toBe(status);
    expect(struck.body).toMatchObject(expected);
    expect(struck.body).toHaveProperty('error_details');
    expect((await ask(cloud, FILES, { headers })).status).toBe(200);
  });

  test('of the account service wears its envelope', async () => {
    const { cloud, faults } = await makeCloud();
    const fault = { status: 400, error: 'invalid_grant', code: 4126, text: 'AccessProhibited' };
    faults.add({ kind: 'vendor_error', ...fault, match: { path: '/v1/auth/signin' }, times: 1 });
    const { body } = await ask(cloud, '/v1/auth/signin', { json: {} });
    expect(body).toEqual({
      error: 'invalid_grant',
      error_code: 4126,
      error_description: 'AccessProhibited',
      details: [],
    });
  });
});

describe('a struck listing', () => {
  test('has two items of one name', async () => {
    const { cloud, faults } = await makeCloud();
    const headers = await driveHeaders(cloud);
    faults.add({ kind: 'duplicate_names', match: {}, times: 1 });
    const names = records((await ask(cloud, FILES, { headers })).body, 'files').map((file) => file['name']);
    expect(names[0]).toBe(String(names[1]));
    expect(names[2]).not.toBe(String(names[0]));
  });

  test('has an empty or short page in the middle, and loses nothing', async () => {
    const { cloud, faults } = await makeCloud();
    const headers = await driveHeaders(cloud);
    const page = async (token: unknown) => {
      const { body } = await ask(cloud, FILES, { headers, query: { limit: '4', page_token: String(token) } });
      return { names: records(body, 'files').map((file) => file['name']), next: body['next_page_token'] };
    };
    const first = await page('');
    const honest = await page(first.next);
    faults.add({ kind: 'empty_page', match: { path: FILES }, times: 1 });
    faults.add({ kind: 'short_page', items: 1, match: {}, times: 1 });
    const empty = await page(first.next);
    const short = await page(empty.next);
    const rest = await page(short.next);
    expect([empty.names.length, short.names.length]).toEqual([0, 1]);
    expect([...short.names, ...rest.names].slice(0, 4)).toEqual(honest.names);
  });

  test('can begin with an empty page', async () => {
    const { cloud, faults } = await makeCloud();
    const headers = await driveHeaders(cloud);
    faults.add({ kind: 'empty_page', match: {}, times: 1 });
    const { body } = await ask(cloud, FILES, { headers });
    expect(records(body, 'files')).toEqual([]);
    const next = await ask(cloud, FILES, { headers, query: { page_token: String(body['next_page_token']) } });
    expect(records(next.body, 'files').length).toBe(9);
  });
});

test('a struck get has no links yet', async () => {
  const { cloud, faults } = await makeCloud();
  const headers = await driveHeaders(cloud);
  const { body } = await ask(cloud, FILES, {
    headers,
    query: { parent_id: '*', filters: '{"starred":{"eq":true}}' },
  });
  const id = String(records(body, 'files')[0]?.['id']);
  faults.add({ kind: 'missing_links', match: {}, times: 1 });
  const get = async () => (await ask(cloud, `${FILES}/${id}`, { headers })).body;
  expect(await get()).toMatchObject({ web_content_link: '', links: {}, medias: [] });
  expect(record(await get(), 'links')).toHaveProperty('application/octet-stream');
});

test('a reset clears the faults', async () => {
  const { cloud, faults } = await makeCloud();
  faults.add({ kind: 'too_frequent', match: {}, times: 1 });
  await cloud.reset('standard');
  expect(faults.pending()).toEqual([]);
});
