import type { TreePath } from '../core/path.ts';
import type { Clock, Random } from '../core/runtime.ts';
import type { LockRow, LockTable } from '../store/port.ts';

/** A lock that is held now. */
export type Lock = LockRow;

/** What a client asks for. */
export interface LockRequest {
  /** In the whole tree. */
  readonly path: TreePath;
  readonly deep: boolean;
  readonly exclusive: boolean;
  readonly userId: number;
  readonly owner: string;
  /** Seconds; undefined where the client leaves it to us. */
  readonly timeoutS: number | undefined;
}

export type LockAnswer =
  | { readonly lock: Lock }
  | { readonly inTheWay: readonly Lock[] }
  /** The user holds too many, or too many shared ones hold the path. */
  | { readonly inTheWay: 'full' };

/** Write locks as RFC 4918 §6 has them. They are durable, and end by the injected clock. */
export interface Locks {
  take(request: LockRequest): Promise<LockAnswer>;
  /** Starts the lock's time anew. Undefined when it is gone. */
  refresh(lock: Lock, timeoutS: number | undefined): Promise<Lock | undefined>;
  byToken(token: string): Promise<Lock | undefined>;
  /** The locks that hold a path: on it, or deep on a folder above. */
  covering(path: TreePath): Promise<readonly Lock[]>;
  /** Locks on what lies below a path. */
  below(path: TreePath): Promise<readonly Lock[]>;
  release(lock: Lock): Promise<void>;
  /** What stood at the path has gone: so have the locks on it and below (RFC 4918 §6.1, §9.6). */
  dropTree(path: TreePath): Promise<void>;
}

/** Where a client names no time. */
const DEFAULT_TIMEOUT_S = 3600;
/** Clients that ask for ever come back to refresh; those that vanished shall not hold a file for ever. */
const MAX_TIMEOUT_S = 86_400;
const MAX_PER_USER = 1000;
/** Shared locks that hold one path. A listing tells every entry's, so that their number multiplies. */
const MAX_TOGETHER = 16;
/** Most locks below a folder that one answer looks at. A user's own may be no more; what others hold is refused at the first. */
const MAX_BELOW = 10_000;

export function createLocks({
  table,
  clock,
  random,
}: {
  readonly table: LockTable;
  readonly clock: Clock;
  readonly random: Random;
}): Locks {
  const time = (asked: number | undefined): Pick<Lock, 'timeoutS' | 'expiresAt'> => {
    const timeoutS = Math.min(Math.max(1, asked ?? DEFAULT_TIMEOUT_S), MAX_TIMEOUT_S);
    return { timeoutS, expiresAt: clock.now() + timeoutS * 1000 };
  };
  return {
    async take({ timeoutS, ...request }) {
      const lock: Lock = { ...request, token: newToken(random), ...time(timeoutS) };
      const inTheWay = await table.grant(lock, {
        now: clock.now(),
        perUser: MAX_PER_USER,
        together: MAX_TOGETHER,
      });
      return inTheWay.length === 0 ? { lock } : { inTheWay };
    },
    async refresh(lock, timeoutS) {
      const renewed = time(timeoutS);
      return (await table.renew(lock.token, renewed)) ? { ...lock, ...renewed } : undefined;
    },
    byToken: (token) => table.byToken(token, clock.now()),
    covering: (path) => table.covering(path, clock.now()),
    below: (path) => table.below(path, clock.now(), MAX_BELOW),
    release: ({ token }) => table.remove(token),
    dropTree: (path) => table.removeTree(path),
  };
}

/** A random UUID in the scheme that old clients look for (RFC 4918 appendix C). */
function newToken(random: Random): string {
  const bytes = Buffer.from(random.bytes(16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const uuid = bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return `opaquelocktoken:${uuid}`;
}
