import { normalizePath } from '../src/core/path.ts';
import type { StorageRecord } from '../src/core/storage-record.ts';
import type { UserRow } from '../src/store/port.ts';

/** A user row for tests. */
export function userRow(changes: Partial<Omit<UserRow, 'id'>> = {}): Omit<UserRow, 'id'> {
  return {
    username: 'someone',
    passwordHash: '$argon2id$x',
    passwordChangedAt: 1_700_000_000,
    role: 'general',
    basePath: '/pub',
    permission: 0b1_0000_1000,
    disabled: false,
    ...changes,
  };
}

/** A storage row for tests, in which no field has the value that a forgotten column would give it. */
export function storageRow(changes: Partial<Omit<StorageRecord, 'id'>> = {}): Omit<StorageRecord, 'id'> {
  return {
    mountPath: normalizePath('/films/名字 é'),
    order: 3,
    driver: 'Kind',
    cacheExpiration: 15,
    addition: { password: 'open sesame', count: 2, nested: { list: [1, null, '🎬'] } },
    remark: 'two\nlines',
    modified: 1_700_000_000_123,
    disabled: true,
    disableIndex: true,
    enableSign: true,
    orderBy: 'modified',
    orderDirection: 'desc',
    extractFolder: 'back',
    webProxy: true,
    webdavPolicy: 'use_proxy_url',
    proxyRange: true,
    downProxyUrl: 'https://proxy.example',
    downProxySign: true,
    ...changes,
  };
}
