import { expect, test } from 'bun:test';
import { driverTypes } from './index.ts';

test('kinds are named as clients of AList name them, each once', () => {
  const kinds = driverTypes.map(({ kind }) => kind);
  expect(kinds).toEqual(['PikPak', 'PikPakShare', 'Local']);
});

test('every field of every form has a label and says what it is for', () => {
  const fields = driverTypes.flatMap(({ config }) => config.fields);
  expect(fields.filter(({ label, help }) => label === '' || help === '')).toEqual([]);
});

test('nothing that is secret has a default', () => {
  const secrets = driverTypes.flatMap(({ config }) => config.fields).filter(({ secret }) => secret);
  expect(secrets.length).toBeGreaterThan(0);
  expect(secrets.filter((field) => field.default !== undefined)).toEqual([]);
});
