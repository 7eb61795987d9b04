import { describe, expect, test } from 'bun:test';
import { loadWorkerToken, MIN_WORKER_TOKEN } from './worker-token.ts';

function secretsInMemory() {
  const values = new Map<string, string>();
  return {
    load: async (key: string) => values.get(key),
    loadOrCreate: async (key: string, make: () => string) => {
      const value = values.get(key) ?? make();
      values.set(key, value);
      return value;
    },
    save: async (key: string, value: string) => void values.set(key, value),
  };
}

const counting = () => {
  let next = 0;
  return { bytes: (length: number) => new Uint8Array(length).fill((next += 1)), fraction: () => 0.5 };
};

describe('the token of download proxies', () => {
  test('is made once and stays over a restart', async () => {
    const secrets = secretsInMemory();
    const first = await loadWorkerToken(secrets, counting());
    expect(first.value.length).toBeGreaterThanOrEqual(MIN_WORKER_TOKEN);
    expect((await loadWorkerToken(secrets, counting())).value).toBe(first.value);
  });

  test('is replaced for good, by a new one or by the one of another installation', async () => {
    const secrets = secretsInMemory();
    const token = await loadWorkerToken(secrets, counting());
    const old = token.value;
    await token.replace();
    expect(token.value).not.toBe(old);
    await token.replace('alist-11111111-2222-3333-4444-555555555555');
    expect((await loadWorkerToken(secrets, counting())).value).toBe(
      'alist-11111111-2222-3333-4444-555555555555',
    );
  });
});
