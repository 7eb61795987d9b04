import type { Account } from '../account/accounts.ts';

const CREATED = Date.UTC(2024, 2, 1, 2);
const TIB = 1024 ** 4;
/** Field observation: free accounts hold 6 GB (protocol reference §3.11). */
const FREE_QUOTA = 6 * 1024 ** 3;

/** The accounts of the seed `standard` (design §11). All data are invented. */
export const STANDARD_ACCOUNTS = {
  demo: {
    userId: 'YsluiceDemo1',
    name: 'Sluice Demo',
    email: 'demo@sluice.test',
    phone: '+8613800138000',
    username: 'sluicedemo',
    password: 'sluice-demo',
    humanCheck: false,
    plan: 'premium',
    quotaLimit: 10 * TIB,
    createdAt: CREATED,
  },
  google: {
    userId: 'YsluiceGoog2',
    name: 'Sluice Google',
    email: 'google@sluice.test',
    provider: 'google.com',
    humanCheck: false,
    plan: 'free',
    quotaLimit: FREE_QUOTA,
    createdAt: CREATED,
  },
  verify: {
    userId: 'YsluiceVeri3',
    name: 'Sluice Verify',
    email: 'verify@sluice.test',
    password: 'sluice-demo',
    humanCheck: true,
    plan: 'premium',
    quotaLimit: 10 * TIB,
    createdAt: CREATED,
  },
  full: {
    userId: 'YsluiceFull4',
    name: 'Sluice Full',
    email: 'full@sluice.test',
    password: 'sluice-demo',
    humanCheck: false,
    plan: 'free',
    quotaLimit: FREE_QUOTA,
    createdAt: CREATED,
  },
  /** Owns the shares; has no password, so that nobody signs in with it. */
  sharer: {
    userId: 'YsluiceShar5',
    name: 'Sluice Sharer',
    email: 'sharer@sluice.test',
    humanCheck: false,
    plan: 'premium',
    quotaLimit: 10 * TIB,
    createdAt: CREATED,
  },
} as const satisfies Readonly<Record<string, Account>>;
