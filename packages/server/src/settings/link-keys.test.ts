import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { systemRandom } from '../runtime/system.ts';
import { openMemoryStore } from '../store/open.ts';
import type { Store } from '../store/port.ts';
import { createLinkKeyring, loadLinkKeys, rotateLinkKeys } from './link-keys.ts';

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

describe('the keys in use', () => {
  test('change while the gateway runs, and are the same after a restart', async () => {
    const ring = await createLinkKeyring(store.secrets, random);
    const [first] = ring.keys;
    await ring.rotate(true);
    expect(ring.keys[1]).toBe(first);
    await ring.rotate(false);
    expect(ring.keys).toHaveLength(1);
    expect(await loadLinkKeys(store.secrets, random)).toEqual(ring.keys);
  });

  test('take in a key from elsewhere, which signs nothing new', async () => {
    const ring = await createLinkKeyring(store.secrets, random);
    const [first] = ring.keys;
    for (let i = 0; i < 6; i += 1) await ring.accept(`alist-token-of-an-old-installation-${i % 5}`);
    expect(ring.keys[0]).toBe(first);
    expect(ring.keys).toHaveLength(4);
    expect(new Set(ring.keys).size).toBe(4);
    expect(await loadLinkKeys(store.secrets, random)).toEqual(ring.keys);
    await ring.rotate(false);
    expect(ring.keys).toHaveLength(1);
  });
});
