import { afterEach, beforeEach, expect, test } from 'bun:test';
import { systemRandom } from '../runtime/system.ts';
import { openMemoryStore } from '../store/open.ts';
import type { Store } from '../store/port.ts';
import { loadLinkKeys, rotateLinkKeys } from './link-keys.ts';

const random = systemRandom();
let store: Store;

beforeEach(async () => {
  store = await openMemoryStore();
});
afterEach(() => store.close());

test('a key of 32 bytes is made once', async () => {
  const [first, second] = await Promise.all([
    loadLinkKeys(store.secrets, random),
    loadLinkKeys(store.secrets, random),
  ]);
  expect(first).toEqual(second);
  expect(Buffer.from(first[0], 'base64url')).toHaveLength(32);
});

test('a new key goes in front, and the oldest fall off', async () => {
  const [oldest] = await loadLinkKeys(store.secrets, random);
  for (let i = 0; i < 3; i++) {
    const keys = await rotateLinkKeys(store.secrets, random, true);
    expect(keys.at(-1)).toBe(oldest);
  }
  const keys = await rotateLinkKeys(store.secrets, random, true);
  expect(keys).toHaveLength(4);
  expect(keys).not.toContain(oldest);
  expect(await loadLinkKeys(store.secrets, random)).toEqual(keys);
});

test('all addresses that are out there can be revoked', async () => {
  const old = await loadLinkKeys(store.secrets, random);
  const keys = await rotateLinkKeys(store.secrets, random, false);
  expect(keys).toHaveLength(1);
  expect(keys[0]).not.toBe(old[0]);
});

test('damaged keys are an error, not a new key', async () => {
  await store.secrets.save('link-keys', '[]');
  expect(loadLinkKeys(store.secrets, random)).rejects.toThrow('damaged');
});
