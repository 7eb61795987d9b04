import { describe, expect, test } from 'bun:test';
import { settle } from '../../testing/fake-clock.ts';
import { createPasswordHasher } from './password-hasher.ts';

/** An engine that works until it is told to stop. */
function heldEngine() {
  const held: (() => void)[] = [];
  let most = 0;
  return {
    held,
    most: () => most,
    hash: async () => 'hash',
    matches: () =>
      new Promise<boolean>((resolve) => {
        held.push(() => {
          held.splice(0, 1);
          resolve(true);
        });
        most = Math.max(most, held.length);
      }),
  };
}

describe('createPasswordHasher', () => {
  test('a password matches its own hash only, and the hash says how it was made', async () => {
    const hasher = createPasswordHasher();
    const hash = await hasher.hash('right');
    expect(hash).toStartWith('$argon2id$v=19$m=19456,t=2,p=1$');
    expect(await hasher.matches('right', hash)).toBe(true);
    expect(await hasher.matches('wrong', hash)).toBe(false);
  });

  test.each([[''], ['plain'], ['$2b$10$abcdefghijklmnopqrstuv']])('nothing matches %p', async (hash) => {
    expect(await createPasswordHasher().matches(hash, hash)).toBe(false);
  });

  test('two run at once, the rest wait their turn', async () => {
    const engine = heldEngine();
    const hasher = createPasswordHasher(engine);
    const all = Array.from({ length: 10 }, () => hasher.matches('a', 'b'));
    for (let i = 0; i < 10; i++) {
      await settle();
      engine.held[0]?.();
    }
    expect(await Promise.all(all)).toEqual(Array(10).fill(true));
    expect(engine.most()).toBe(2);
  });

  test('a flood is turned away with 429 instead of eating the memory', async () => {
    const engine = heldEngine();
    const hasher = createPasswordHasher(engine);
    const all = Array.from({ length: 100 }, () => hasher.matches('a', 'b').catch((e: unknown) => e));
    for (let i = 0; i < 100; i++) {
      await settle();
      engine.held[0]?.();
    }
    const refused = (await Promise.all(all)).filter((result) => result !== true);
    expect(refused).toHaveLength(100 - 2 - 32);
    expect(refused[0]).toMatchObject({ code: 429, retryAfterMs: 2000 });
    const again = hasher.matches('a', 'b');
    await settle();
    engine.held[0]?.();
    expect(await again).toBe(true);
  });

  test('a failure frees its place', async () => {
    const hasher = createPasswordHasher({
      hash: () => Promise.reject(new Error('no')),
      matches: async () => true,
    });
    for (let i = 0; i < 5; i++) expect(hasher.hash('a')).rejects.toThrow('no');
    expect(await hasher.matches('a', 'b')).toBe(true);
  });
});
