import { createHash } from 'node:crypto';
import type { AccountPort, AccountState, Lease } from '../core/driver.ts';
import { LRUCache } from 'lru-cache';
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

/** Sessions of the storages at work, and of those that are only tried. */
export interface Accounts extends AccountPort {
  /**
   * For trying a storage. A new session leaves its state in memory, until a storage joins the account for good: then it is the account's,
   * so that the sign-in of the try was the only one. What was stored of an account before is kept up to date.
   */
  readonly trial: AccountPort;
}

interface Entry {
  readonly session: { close(): Promise<void> };
  holders: number;
  /** Whether a storage at work holds or held it. */
  readonly kept: boolean;
  readonly keep: () => void;
}

/** States of tried accounts that nobody has joined for good yet; the one untouched longest goes first. */
const MAX_TRIED = 64;

/**
 * Keeps one session for each vendor, login and egress. Logins are compared without case and outer blanks.
 *
 * A session that is joined again while its predecessor still closes reads its state only after that one's last write.
 * Saving `undefined` removes the state.
 */
export function createAccounts({ table, log, transient = new Set() }: AccountsOptions): Accounts {
  const forgotten = memoryStates();
  const tried = new LRUCache<string, { readonly value: unknown }>({ max: MAX_TRIED });
  const entries = new Map<string, Entry>();
  const closing = new Map<string, Promise<void>>();

  const stateOf = (key: string, states: AccountStates, isKept: () => boolean): AccountState => {
    const predecessor = closing.get(key);
    let writes = Promise.resolve();
    let stored = false;
    const put = async (value: unknown): Promise<void> => {
      if (!isKept() && !stored) {
        tried.set(key, { value });
        return;
      }
      await (value === undefined ? states.remove(key) : states.save(key, value));
      tried.delete(key);
      stored = value !== undefined;
    };
    const save = (value: unknown): Promise<void> => {
      const write = writes.then(() => put(value));
      writes = write.catch(() => {}); // the caller of this save has it; the next one starts afresh
      return write;
    };
    return {
      save,
      async load() {
        await predecessor;
        const found = await states.load(key);
        stored = found !== undefined;
        if (stored) return found;
        const left = tried.get(key)?.value;
        if (left !== undefined && isKept()) await save(left);
        return left;
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

  const opened = (
    key: string,
    { trial, transient }: { readonly trial: boolean; readonly transient: boolean },
    open: (state: AccountState) => Entry['session'],
  ): Entry => {
    let kept = !trial;
    const state = stateOf(key, transient ? forgotten : table, () => kept);
    const entry: Entry = {
      session: open(state),
      holders: 0,
      get kept() {
        return kept;
      },
      keep() {
        kept = true;
        const left = tried.get(key)?.value;
        if (left === undefined) return;
        state.save(left).catch((error: unknown) => {
          log.warn({ account: key, error }, 'what a try left of an account could not be saved');
        });
      },
    };
    entries.set(key, entry);
    return entry;
  };

  const portFor = (trial: boolean): AccountPort => ({
    join<T extends { close(): Promise<void> }>(
      id: Parameters<AccountPort['join']>[0],
      open: (state: AccountState) => T,
    ): Lease<T> {
      const key = keyOf(id);
      const isTransient = transient.has(id.egress.trim());
      const held = entries.get(key) ?? opened(key, { trial, transient: isTransient }, open);
      const guest = trial && held.kept;
      if (!trial && !held.kept) held.keep();
      held.holders += 1;
      let released: Promise<void> | undefined;
      return {
        session: held.session as T, // the vendor is part of the key, and a vendor has one kind of session
        guest,
        release() {
          released ??= release(key, held);
          return released;
        },
      };
    },
  });

  return { ...portFor(false), trial: portFor(true) };
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
