import { describe, expect, test } from 'bun:test';
import type { AccountState, Lease } from '../core/driver.ts';
import { createAccounts } from './registry.ts';

const QUIET = { debug() {}, info() {}, warn() {}, error() {} };
const KEY = { vendor: 'V', login: 'me', egress: '' };

interface Session {
  readonly state: AccountState;
  close(): Promise<void>;
}

function fixture(stored = new Map<string, unknown>()) {
  const accounts = createAccounts({
    log: QUIET,
    table: {
      load: async (key) => stored.get(key),
      save: async (key, value) => void stored.set(key, value),
      remove: async (key) => void stored.delete(key),
    },
  });
  const open = (state: AccountState): Session => ({ state, close: async () => {} });
  return {
    stored,
    try: (): Lease<Session> => accounts.trial.join(KEY, open),
    hold: (): Lease<Session> => accounts.join(KEY, open),
  };
}

describe('an account that is only tried', () => {
  test('leaves nothing in the store, and is known to the next try', async () => {
    const accounts = fixture();
    const first = accounts.try();
    await first.session.state.save('tokens');
    await first.release();
    expect(accounts.stored.size).toBe(0);
    expect(await accounts.try().session.state.load()).toBe('tokens');
  });

  test('is stored when a storage joins it for good later', async () => {
    const accounts = fixture();
    const tried = accounts.try();
    await tried.session.state.save('tokens');
    await tried.release();
    expect(await accounts.hold().session.state.load()).toBe('tokens');
    expect([...accounts.stored.values()]).toEqual(['tokens']);
  });

  test('is stored when a storage joins it while it is tried', async () => {
    const accounts = fixture();
    const tried = accounts.try();
    await tried.session.state.save('tokens');
    const held = accounts.hold();
    expect([tried.guest, held.guest, held.session === tried.session]).toEqual([false, false, true]);
    await held.session.state.save('newer');
    expect([...accounts.stored.values()]).toEqual(['newer']);
  });

  test('keeps up to date what was stored of it before', async () => {
    const accounts = fixture();
    const held = accounts.hold();
    await held.session.state.save('old');
    await held.release();
    const tried = accounts.try();
    expect(await tried.session.state.load()).toBe('old');
    await tried.session.state.save('renewed');
    expect([...accounts.stored.values()]).toEqual(['renewed']);
  });

  test('is a guest where storages hold its session', () => {
    const accounts = fixture();
    const held = accounts.hold();
    const tried = accounts.try();
    expect([tried.guest, tried.session === held.session]).toEqual([true, true]);
  });
});
