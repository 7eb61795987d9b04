import { throwIfAborted } from '../core/abort.ts';
import type { OpenFile } from '../vfs/view.ts';

/** Frees a place again. Safe to call twice. */
export type Release = () => void;

/** Shares out the connections that clouds allow, for each file and each account, first come, first served. */
export interface ConnectionSlots {
  /** A place at the file's cloud, if there is one at this moment; always where its cloud has no limits. */
  tryTake(file: OpenFile): Release | undefined;
  /** Waits for a place. @throws what the signal was aborted with. */
  take(file: OpenFile, signal: AbortSignal): Promise<Release>;
  /** Whether others wait for a place that this file's streams hold. */
  isContended(file: OpenFile): boolean;
}

type Limits = NonNullable<OpenFile['connections']>;

interface Waiter {
  readonly fileId: string;
  go(): void;
}

/** What is in use of one account. */
interface AccountUse {
  total: number;
  readonly byFile: Map<string, number>;
  readonly waiting: Set<Waiter>;
}

const FREE: Release = () => {};

/** Accounts are told apart by the object that stands for their session, and forgotten with it. */
export function createConnectionSlots(): ConnectionSlots {
  const accounts = new WeakMap<object, AccountUse>();

  const useOf = (account: object): AccountUse => {
    const found = accounts.get(account) ?? { total: 0, byFile: new Map(), waiting: new Set<Waiter>() };
    accounts.set(account, found);
    return found;
  };

  const releaseOf = (use: AccountUse, fileId: string, limits: Limits): Release => {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      occupy(use, fileId, -1);
      for (const waiter of use.waiting) {
        if (!hasRoom(use, waiter.fileId, limits)) continue;
        use.waiting.delete(waiter);
        occupy(use, waiter.fileId, 1);
        waiter.go();
      }
    };
  };

  return {
    tryTake({ connections, node }) {
      if (connections === undefined) return FREE;
      const use = useOf(connections.account);
      if (!hasRoom(use, node.entry.id, connections)) return undefined;
      occupy(use, node.entry.id, 1);
      return releaseOf(use, node.entry.id, connections);
    },
    async take({ connections, node }, signal) {
      throwIfAborted(signal);
      if (connections === undefined) return FREE;
      const use = useOf(connections.account);
      if (hasRoom(use, node.entry.id, connections)) occupy(use, node.entry.id, 1);
      else await turn(use, node.entry.id, signal);
      return releaseOf(use, node.entry.id, connections);
    },
    isContended({ connections }) {
      return connections !== undefined && (accounts.get(connections.account)?.waiting.size ?? 0) > 0;
    },
  };
}

function hasRoom(use: AccountUse, fileId: string, limits: Limits): boolean {
  return use.total < limits.perAccount && (use.byFile.get(fileId) ?? 0) < limits.perFile;
}

function occupy(use: AccountUse, fileId: string, by: 1 | -1): void {
  use.total += by;
  const count = (use.byFile.get(fileId) ?? 0) + by;
  if (count === 0) use.byFile.delete(fileId);
  else use.byFile.set(fileId, count);
}

/** Resolves when a place was given to this waiter, which then holds it. */
function turn(use: AccountUse, fileId: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      use.waiting.delete(waiter);
      reject(signal.reason);
    };
    const waiter: Waiter = {
      fileId,
      go() {
        signal.removeEventListener('abort', leave);
        resolve();
      },
    };
    use.waiting.add(waiter);
    signal.addEventListener('abort', leave, { once: true });
  });
}
