import { afterEach, describe, expect, test } from 'bun:test';
import { type DoorFixture, startDoors } from '../testing/fixture.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function doors(): Promise<DoorFixture> {
  const fixture = await startDoors();
  cleanups.push(fixture.close);
  return fixture;
}

const answer = (text: string) => JSON.parse(text);
const valueOf = async ({ api }: DoorFixture, key: string): Promise<string> =>
  answer(await api(`/admin/setting/get?key=${key}`)).data.value;

describe('settings by the API (API reference §6.5)', () => {
  test('are listed with all that a form needs, all or by group', async () => {
    const { api } = await doors();
    const all = answer(await api('/admin/setting/list')).data;
    expect(all.find(({ key }: { key: string }) => key === 'site_title')).toMatchObject({
      value: 'Sluice',
      type: 'string',
      group: 1,
      flag: 0,
      index: expect.any(Number),
    });
    const site = answer(await api('/admin/setting/list?group=1')).data;
    expect(new Set(site.map(({ group }: { group: number }) => group))).toEqual(new Set([1]));
    const two = answer(await api('/admin/setting/list?groups=1,4')).data;
    expect(new Set(two.map(({ group }: { group: number }) => group))).toEqual(new Set([1, 4]));
  });

  test('are saved as a list of items, of which value and key alone count (§15.3)', async () => {
    const fixture = await doors();
    const item = { key: 'site_title', value: 'Mine', flag: 1, group: 7, type: 'bool' };
    expect(answer(await fixture.api('/admin/setting/save', [item])).code).toBe(200);
    const { data } = answer(await fixture.api('/admin/setting/get?key=site_title'));
    expect(data).toMatchObject({ value: 'Mine', flag: 0, group: 1, type: 'string' });
  });

  test('one that is none refuses the whole list', async () => {
    const fixture = await doors();
    const sent = [
      { key: 'nonsense', value: '' },
      { key: 'site_title', value: 'Mine' },
    ];
    expect(answer(await fixture.api('/admin/setting/save', sent)).code).not.toBe(200);
    expect(await valueOf(fixture, 'site_title')).toBe('Sluice');
  });

  test('a form that sends read-only ones and the token back unchanged is taken', async () => {
    const fixture = await doors();
    const version = await valueOf(fixture, 'version');
    const sent = [
      { key: 'version', value: version },
      { key: 'token', value: 'anything' },
      { key: 'site_title', value: 'Mine' },
    ];
    expect(answer(await fixture.api('/admin/setting/save', sent)).code).toBe(200);
    expect(await valueOf(fixture, 'token')).not.toBe('anything');
  });

  test('the token of download proxies is read and renewed as AList does it', async () => {
    const fixture = await doors();
    const before = await valueOf(fixture, 'token');
    const { data } = answer(await fixture.api('/admin/setting/reset_token', {}));
    expect([data === before, await valueOf(fixture, 'token')]).toEqual([false, data]);
  });

  test('none is deprecated, so none can be deleted', async () => {
    const { api } = await doors();
    const { code, message } = answer(await api('/admin/setting/delete?key=site_title', {}));
    expect([code, message]).toEqual([400, 'setting [site_title] is not deprecated']);
  });

  test('are for admins', async () => {
    const { api } = await doors();
    const guest = { headers: {} };
    for (const path of ['list', 'get?key=site_title']) {
      expect(answer(await api(`/admin/setting/${path}`, undefined, guest)).code).not.toBe(200);
    }
    for (const path of ['save', 'reset_token', 'default', 'delete?key=x']) {
      expect(answer(await api(`/admin/setting/${path}`, [], guest)).code).not.toBe(200);
    }
  });
});
