import { afterAll, beforeAll, expect, test } from 'bun:test';
import { ownFieldWords } from '../packages/web/src/manage/field-words.ts';
import { readDriverForms } from '../packages/web/src/manage/storage-form.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

test('every field of every driver has Chinese words in the page', async () => {
  const forms = readDriverForms((await world.call('/admin/driver/list')).data);
  expect(forms.length).toBeGreaterThan(2);
  const missing = forms.flatMap(({ kind, fields }) =>
    fields
      .filter(({ owner, name }) => owner !== undefined && ownFieldWords(kind, name) === undefined)
      .map(({ name }) => `${kind}.${name}`),
  );
  expect(missing).toEqual([]);
});
