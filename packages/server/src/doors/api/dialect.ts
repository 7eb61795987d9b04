import { createHash } from 'node:crypto';
import type { User } from '../../users/user.ts';

/**
 * How a client expects roles: the newer AList frontend, which alone sends `Client-Id`, crashes on a number; all others compare
 * with one (API reference §14.1).
 */
export type Dialect = 'number' | 'array';

export function dialectOf(clientId: string | undefined): Dialect {
  return clientId === undefined ? 'number' : 'array';
}

const ROLE_NUMBERS = { general: 0, guest: 1, admin: 2 } as const;
const ROLE_IDS = { general: 3, guest: 1, admin: 2 } as const;

/** A user's role in the client's dialect. */
export function roleFor(user: User, dialect: Dialect): number | number[] {
  return dialect === 'array' ? [ROLE_IDS[user.role]] : ROLE_NUMBERS[user.role];
}

/** What the newer frontend keeps as the name of its session (API reference §2.4). It guards nothing; MD5 is the format. */
export function deviceKey(user: User, clientId: string | undefined): string {
  return createHash('md5')
    .update(`${user.id}-${clientId ?? ''}`)
    .digest('hex');
}
