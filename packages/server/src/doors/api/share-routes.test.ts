import { afterEach, describe, expect, test } from 'bun:test';
import { link } from '../../shares/testing/import-world.ts';
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
const TEXT = `# Films\nA: ${link('VNa')} pwd: k7pm\nB: ${link('VNb')}\nhttps://mypikpak.com/help`;

describe('importing shares by the API', () => {
  test('a dry run tells of every row, and what changed since', async () => {
    const { api } = await doors();
    const first = answer(await api('/admin/share/import', { text: TEXT })).data;
    expect(first).toMatchObject({
      total: 2,
      repeated: 0,
      unusable: [{ address: 'https://mypikpak.com/help', line: 4, reason: 'not_a_share' }],
    });
    const done = answer(await api(`/admin/share/import?id=${first.id}`)).data;
    expect(done).toMatchObject({
      state: 'done',
      looked_at: 2,
      good: 2,
      rows: [
        {
          index: 0,
          name: 'A',
          category: 'Films',
          pass_code: 'k7pm',
          state: 'ok',
          target: '/Shares/Films/A',
          title: 'Title of VNa',
        },
        { index: 1, name: 'B', state: 'ok' },
      ],
    });
    const none = answer(await api(`/admin/share/import?id=${first.id}&since=${done.revision}`)).data;
    expect(none.rows).toEqual([]);
    const edited = answer(
      await api('/admin/share/import/row', { id: first.id, index: 1, name: 'C', since: done.revision }),
    ).data;
    expect(edited.rows).toMatchObject([{ index: 1, name: 'C', target: '/Shares/Films/C' }]);
  });

  test('adding answers with what was added, and again with nothing more', async () => {
    const { api } = await doors();
    const { id } = answer(await api('/admin/share/import', { text: TEXT })).data;
    await api(`/admin/share/import?id=${id}`);
    expect(answer(await api('/admin/share/import/commit', { id })).data).toMatchObject({ added: 2 });
    expect(answer(await api('/admin/share/import/commit', { id, rows: 'all' })).data).toMatchObject({
      added: 0,
      rows: [{ state: 'added' }, { state: 'added' }],
    });
  });

  test('a script gets it all in one call', async () => {
    const { api } = await doors();
    const { data } = answer(
      await api('/admin/share/import', { text: TEXT, path_template: '/{id}', commit: 'good' }),
    );
    expect(data).toMatchObject({ state: 'done', added: 2, rows: [{ target: '/VNa' }, { target: '/VNb' }] });
  });

  test('what makes no sense is refused with words', async () => {
    const { api } = await doors();
    const refused = async (path: string, body: object) => answer(await api(path, body)).message;
    expect(await refused('/admin/share/import', { text: TEXT, path_template: '/Shares' })).toContain(
      'needs {name} or {id}',
    );
    expect(await refused('/admin/share/import/commit', { id: 'nope' })).toContain('not known any more');
    expect(await refused('/admin/share/import', {})).toContain('text');
  });

  test('a text of many lines is taken, one above the limit is not read', async () => {
    const { api } = await doors();
    const long = `${TEXT}\n${'nothing here\n'.repeat(200_000)}`;
    expect(answer(await api('/admin/share/import', { text: long })).data.total).toBe(2);
    expect(answer(await api('/admin/share/import', { text: 'x'.repeat(11 * 1024 * 1024) })).code).toBe(413);
  });

  test('is for admins', async () => {
    const { api } = await doors();
    for (const path of ['', '/row', '/cancel', '/commit']) {
      const text = await api(
        `/admin/share/import${path}`,
        { text: TEXT, id: 'x', index: 0 },
        { headers: {} },
      );
      expect(answer(text).code).not.toBe(200);
    }
  });
});

describe('looking after shares by the API', () => {
  async function withShares(): Promise<DoorFixture> {
    const fixture = await doors();
    const gone = link('VNb');
    await fixture.api('/admin/share/import', { text: `A ${link('VNa')}\nB ${gone}`, commit: 'all' });
    return fixture;
  }

  test('an empty choice changes nothing: a slip does not mean all', async () => {
    const { api } = await withShares();
    for (const call of ['check', 'disable', 'delete']) {
      expect(answer(await api(`/admin/share/${call}`, {})).code).toBe(400);
    }
  });

  test('is for admins', async () => {
    const { api } = await doors();
    for (const call of ['check', 'disable', 'delete']) {
      const text = await api(`/admin/share/${call}`, { ids: [1] }, { headers: {} });
      expect(answer(text).code).not.toBe(200);
    }
    expect(answer(await api('/admin/share/list', undefined, { headers: {} })).code).not.toBe(200);
  });
});
