import { expect, test } from 'bun:test';
import type { Setting } from '../../api/settings.ts';
import { arrangeSettings, changesOf, problemIn } from './arrange.ts';

function settingOf(key: string, value = ''): Setting {
  return { key, value, initial: '', type: 'string', options: [], help: '', readonly: key === 'version' };
}

const ALL = ['version', 'logo', 'sign_all', 'brand_new', 'webdav_junk'].map((key) => settingOf(key));

test('what has an effect is shown by group, what is new last, and the rest not at all', () => {
  const groups = arrangeSettings(ALL, () => true);
  expect(groups.map(({ name, settings }) => [name, settings.map(({ key }) => key)])).toEqual([
    ['links', ['sign_all']],
    ['webdav', ['webdav_junk']],
    ['other', ['brand_new']],
  ]);
});

test('groups without a match are left out', () => {
  expect(arrangeSettings(ALL, ({ key }) => key === 'webdav_junk').map(({ name }) => name)).toEqual([
    'webdav',
  ]);
});

test('only what differs is saved', () => {
  const stored = [settingOf('a', '1'), settingOf('b', '2')];
  const edited = new Map([
    ['a', '1'],
    ['b', '3'],
  ]);
  expect([...changesOf(stored, edited)]).toEqual([['b', '3']]);
});

test('a refusal is told beside its setting', () => {
  expect(problemIn('sign_all must be true or false.', ALL)).toEqual(['sign_all', 'must be true or false.']);
  expect(problemIn('the disk is full', ALL)).toBeUndefined();
});
