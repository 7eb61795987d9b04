import { describe, expect, test } from 'bun:test';
import type { AccountState } from '../core/driver.ts';
import type { Log } from '../core/runtime.ts';
import { createAccounts } from './registry.ts';

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

class FakeSession {
  closed = 0;
  readonly state: AccountState;
  readonly closing: Promise<void>;

  constructor(state: AccountState, closing: Promise<void> = Promise.resolve()) {
    this.state = state;
    this.closing = closing;
  }

  async close(): Promise<void> {
    this.closed += 1;
    await this.closing;
  }
}

function fixture() {
  const rows = new Map<string, unknown>();
  const table = {
    load: async (key: string) => rows.get(key),
    save: async (key: string, value: unknown) => void rows.set(key, value),
    remove: async (key: string) => void rows.delete(key),
  };
  return { rows, table, accounts: createAccounts({ table, log: quiet }) };
}

const alice = { vendor: 'Cloud', login: 'alice@example.com', egress: '' };

describe('createAccounts', () => {
  test('everyone with the same login has the same session', () => {
    const { accounts } = fixture();
    const one = accounts.join(alice, (state) => new FakeSession(state));
    const two = accounts.join({ ...alice, login: ' Alice@Example.com ' }, (state) => new FakeSession(state));
    expect(two.session).toBe(one.session);
  });

  test.each([
    [{ ...alice, login: 'bob@example.com' }],
    [{ ...alice, egress: 'http://proxy.test' }],
    [{ ...alice, vendor: 'Other' }],
  ])('%p is another session with another state', async (other) => {
    const { accounts, rows } = fixture();
    const one = accounts.join(alice, (state) => new FakeSession(state));
    const two = accounts.join(other, (state) => new FakeSession(state));
    expect(two.session).not.toBe(one.session);
    await Promise.all([one.session.state.save(1), two.session.state.save(2)]);
    expect(new Set(rows.values())).toEqual(new Set([1, 2]));
  });

  test('the last release closes, each lease counts once', async () => {
    const { accounts } = fixture();
    const one = accounts.join(alice, (state) => new FakeSession(state));
    const two = accounts.join(alice, (state) => new FakeSession(state));
    await one.release();
    await one.release();
    expect(two.session.closed).toBe(0);
    await two.release();
    expect(two.session.closed).toBe(1);
    const three = accounts.join(alice, (state) => new FakeSession(state));
    expect(three.session).not.toBe(one.session);
  });

  test('a successor reads the state only after its predecessor has closed', async () => {
    const { accounts } = fixture();
    const gate = Promise.withResolvers<void>();
    const old = accounts.join(alice, (state) => new FakeSession(state, gate.promise));
    const released = old.release();
    const fresh = accounts.join(alice, (state) => new FakeSession(state));
    const loaded = fresh.session.state.load();
    await old.session.state.save('last words');
    gate.resolve();
    expect(await loaded).toBe('last words');
    await released;
  });

  test('a session that fails to close is gone all the same', async () => {
    const { accounts } = fixture();
    const lease = accounts.join(alice, (state) => new FakeSession(state, Promise.reject(new Error('stuck'))));
    await lease.release();
    const next = accounts.join(alice, (state) => new FakeSession(state));
    expect(await next.session.state.load()).toBeUndefined();
  });

  test('writes happen in order, one that fails is reported, and the next goes on', async () => {
    const { accounts, rows, table } = fixture();
    const first = Promise.withResolvers<void>();
    const written: unknown[] = [];
    table.save = async (key, value) => {
      if (value === 1) await first.promise;
      if (value === 2) throw new Error('disk full');
      written.push(value);
      rows.set(key, value);
    };
    const { session } = accounts.join(alice, (state) => new FakeSession(state));
    const saves = [1, 2, 3].map((value) => session.state.save(value));
    first.resolve();
    const outcomes = await Promise.allSettled(saves);
    expect(outcomes.map((o) => o.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(written).toEqual([1, 3]);
  });

  test('saving nothing removes the state', async () => {
    const { accounts, rows } = fixture();
    const { session } = accounts.join(alice, (state) => new FakeSession(state));
    await session.state.save('x');
    await session.state.save(undefined);
    expect(rows.size).toBe(0);
  });

  test('a session with a cloud that forgets is kept in memory alone', async () => {
    const { table, rows } = fixture();
    const accounts = createAccounts({ table, log: quiet, transient: new Set(['sandbox']) });
    const demo = { ...alice, egress: 'sandbox' };
    const first = accounts.join(demo, (state) => new FakeSession(state));
    await first.session.state.save('tokens');
    await first.release();
    const second = accounts.join(demo, (state) => new FakeSession(state));
    expect(await second.session.state.load()).toBe('tokens');
    expect(rows.size).toBe(0);
  });

  test('neither the login nor the egress is readable in the key', async () => {
    const { accounts, rows } = fixture();
    const { session } = accounts.join(
      { ...alice, egress: 'http://u:pw@p' },
      (state) => new FakeSession(state),
    );
    await session.state.save(1);
    const [key = ''] = rows.keys();
    expect(key).toMatch(/^Cloud:[0-9a-f]{64}$/);
  });
});
