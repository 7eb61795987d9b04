import { beforeAll, describe, expect, test } from 'bun:test';
import type { Cloud } from '../../types.ts';
import { ask, ASIA, driveHeaders, makeCloud, record } from '../cloud-fixture.ts';
import examples from '../fixtures/reference-examples.json' with { type: 'json' };
import { shapeMismatches } from '../shape-mismatches.ts';

let cloud: Cloud;
let demo: Record<string, string>;
let full: Record<string, string>;
beforeAll(async () => {
  ({ cloud } = await makeCloud());
  demo = await driveHeaders(cloud);
  full = await driveHeaders(cloud, 'full@sluice.test');
});

const get = async (path: string, headers: Record<string, string>, query = {}) =>
  (await ask(cloud, path, { headers, query })).body;

describe('about', () => {
  test('has the shape that the reference shows, figures as texts', async () => {
    const body = await get('/drive/v1/about', demo);
    expect(shapeMismatches(body, examples.about)).toEqual([]);
    expect(record(body, 'quota')['limit']).toBe('10995116277760');
  });

  test('counts 4 GiB and more for the demo account, trash apart', async () => {
    const quota = record(await get('/drive/v1/about', demo), 'quota');
    expect(Number(quota['usage'])).toBeGreaterThan(4 * 1024 ** 3);
    expect(quota['usage_in_trash']).toBe(String('Thrown away.\n'.length));
  });

  test('of the full account leaves hardly any room', async () => {
    const quota = record(await get('/drive/v1/about', full), 'quota');
    const room = Number(quota['limit']) - Number(quota['usage']);
    expect(room).toBeGreaterThan(0);
    expect(room).toBeLessThanOrEqual(64 * 1024 ** 2);
  });
});

describe('the other figures of an account', () => {
  test('tell a premium account from a free one', async () => {
    const premium = await get('/drive/v1/privilege/vip', demo);
    expect(shapeMismatches(premium, examples.vip)).toEqual([]);
    expect(record(premium, 'data')).toMatchObject({ status: 'ok', type: 'platinum' });
    const free = await get('/drive/v1/privilege/vip', full);
    expect(record(free, 'data')).toMatchObject({ status: 'invalid', type: 'novip', expire: '' });
  });

  test('give transfer allowances as numbers', async () => {
    const body = await get('/vip/v1/quantity/list', demo, { type: 'transfer', limit: '200' });
    expect(shapeMismatches(body, examples.transfer)).toEqual([]);
  });

  test('give an invite code', async () => {
    expect(await get('/vip/v1/activity/inviteCode', demo)).toEqual({ code: expect.any(String) });
  });

  test('tell the caller its address', async () => {
    const path = '/drive/v1/privilege/area_country_code';
    const { body } = await ask(cloud, path, { headers: demo, caller: ASIA });
    expect(body).toEqual({ result: 'ACCEPTED', data: { countryCode: 'SG', ip: '203.0.113.9' } });
  });
});

describe('tasks and events', () => {
  test('are empty lists of the right shape', async () => {
    const query = { type: 'offline', limit: '10000', filters: '{"phase":{"in":"PHASE_TYPE_RUNNING"}}' };
    expect(await get('/drive/v1/tasks', demo, query)).toEqual(examples.taskList);
    expect(await get('/drive/v1/events', demo)).toEqual({ events: [], next_page_token: '' });
  });

  test('refuse a filter with an array', async () => {
    const { status, body } = await ask(cloud, '/drive/v1/tasks', {
      headers: demo,
      query: { filters: '{"phase":{"in":["PHASE_TYPE_RUNNING"]}}' },
    });
    expect({ status, error: body['error'] }).toEqual({ status: 400, error: 'invalid_argument' });
  });

  test('do not know a task', async () => {
    const { status, body } = await ask(cloud, '/drive/v1/tasks/VPnothing', { headers: demo });
    expect({ status, code: body['error_code'] }).toEqual({ status: 404, code: 5 });
  });
});
