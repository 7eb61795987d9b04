import { createHash } from 'node:crypto';
import type { AccountPort, AccountState, Lease } from '../core/driver.ts';
import type { Log } from '../core/runtime.ts';

/** Where account states are kept, sealed by the keeper. Fits the store's table of accounts. */
export interface AccountStates {
  load(key: string): Promise<unknown>;
  /** Resolves when the value is on disk. */
  save(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
}

interface AccountsOptions {
  readonly table: AccountStates;
  readonly log: Log;
  /** Ways out behind which there is a cloud that forgets with this process: sessions with it are kept in memory alone. */
  readonly transient?: ReadonlySet<string>;
}

interface Entry {
  readonly session: { close(): Promise<void> };
  holders: number;
}

/**
 * Keeps one session for each vendor, login and egress. Logins are compared without case and outer blanks.
 *
 * A session that is joined again while its predecessor still closes reads its state only after that one's last write.
 * Saving `undefined` removes the state.
 */
export function createAccounts({ table, log, transient = new Set() }: AccountsOptions): AccountPort {
  const forgotten = memoryStates();
  const entries = new Map<string, Entry>();
  const closing = new Map<string, Promise<void>>();

  const stateOf = (key: string, states: AccountStates): AccountState => {
    const predecessor = closing.get(key);
    let writes = Promise.resolve();
    return {
      async load() {
        await predecessor;
        return states.load(key);
      },
      save(value) {
        const write = writes.then(() => (value === undefined ? states.remove(key) : states.save(key, value)));
        writes = write.catch(() => {}); // the caller of this save has it; the next one starts afresh
        return write;
      },
    };
  };

  const release = async (key: string, entry: Entry): Promise<void> => {
    entry.holders -= 1;
    if (entry.holders > 0) return;
    entries.delete(key);
    const before = closing.get(key);
    const closed = (async () => {
      await before;
      await entry.session.close();
    })();
    const settled = closed.catch((error: unknown) => {
      log.warn({ account: key, error }, 'a session did not close cleanly');
    });
    closing.set(key, settled);
    await settled;
    if (closing.get(key) === settled) closing.delete(key);
  };

  return {
    join<T extends { close(): Promise<void> }>(
      id: Parameters<AccountPort['join']>[0],
      open: (state: AccountState) => T,
    ): Lease<T> {
      const key = keyOf(id);
      let entry = entries.get(key);
      if (entry === undefined) {
        entry = {
          session: open(stateOf(key, transient.has(id.egress.trim()) ? forgotten : table)),
          holders: 0,
        };
        entries.set(key, entry);
      }
      entry.holders += 1;
      const held = entry;
      let released: Promise<void> | undefined;
      return {
        session: held.session as T, // the vendor is part of the key, and a vendor has one kind of session
        release() {
          released ??= release(key, held);
          return released;
        },
      };
    },
  };
}

function memoryStates(): AccountStates {
  const states = new Map<string, unknown>();
  return {
    load: async (key) => states.get(key),
    save: async (key, value) => void states.set(key, value),
    remove: async (key) => void states.delete(key),
  };
}

/** A digest, because a login is private and an egress may hold a proxy's password. */
function keyOf(id: Parameters<AccountPort['join']>[0]): string {
  const login = id.login.trim().normalize('NFKC').toLowerCase();
  const digest = createHash('sha256')
    .update(JSON.stringify([login, id.egress.trim()]))
    .digest('hex');
  return `${id.vendor}:${digest}`;
}
