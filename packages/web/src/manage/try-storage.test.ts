import { describe, expect, test } from 'bun:test';
import type { DriverForm } from './storage-form.ts';
import { tryStorage } from './try-storage.ts';

const form: DriverForm = { kind: 'Cloud', fields: [] };
const { signal } = new AbortController();

describe('trying a storage from its form', () => {
  test('sends the form with the id of the storage that it changes', async () => {
    const sent: unknown[] = [];
    const api = async (path: string, options?: { body?: unknown }) => {
      sent.push(path, options?.body);
      return { ok: true, steps: [] };
    };
    expect(await tryStorage(api, { form, values: {}, id: 4 }, signal)).toEqual([]);
    expect(sent).toEqual(['/admin/storage/test', { driver: 'Cloud', addition: '{}', id: 4 }]);
  });

  test('reads the steps, those that it has no words for among them', async () => {
    const steps = [
      { name: 'api', ok: true, ms: 12, message: 'It answers.', remedy: '', problems: [] },
      {
        name: 'moon',
        ok: false,
        ms: 3,
        message: 'No.',
        remedy: 'Wait.',
        problems: [{ field: 'a', message: 'b' }],
      },
      null,
    ];
    const read = await tryStorage(async () => ({ steps }), { form, values: {}, id: undefined }, signal);
    expect(read).toMatchObject([
      { name: 'api', ok: true, ms: 12, message: 'It answers.' },
      { name: undefined, ok: false, remedy: 'Wait.', problems: [{ field: 'a', message: 'b' }] },
      { ok: false, message: '' },
    ]);
  });
});
