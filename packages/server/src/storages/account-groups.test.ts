import { expect, test } from 'bun:test';
import { storageRow } from '../../testing/store-contract.ts';
import { normalizePath } from '../core/path.ts';
import type { StorageStatus } from '../core/storage-record.ts';
import { accountsOf, type AccountUser } from './account-groups.ts';

const OK: StorageStatus = { state: 'ok', since: 0 };

function user(id: number, session: object, addition: object, status = OK): AccountUser {
  const row = storageRow({ mountPath: normalizePath(`/s${id}`), addition: { ...addition }, driver: 'Cloud' });
  return { record: { ...row, id }, session, status };
}

test('storages on one session are one account, which is as bad as the worst of them', () => {
  const session = {};
  const waits: StorageStatus = { state: 'degraded', since: 1, retryAt: 9 };
  const check: StorageStatus = { state: 'needs_verification', since: 2 };
  const views = accountsOf([
    user(3, session, { username: 'ann' }, waits),
    user(1, session, { refresh_token: 'os.secret' }),
    user(2, {}, { username: 'bob', egress: 'http://me:pa@ss@proxy.example:3128' }, check),
    user(4, {}, { share_id: 'x' }),
  ]);
  expect(views).toMatchObject([
    { id: 1, username: 'ann', egress: '', status: waits, storages: [{ id: 1 }, { id: 3, mountPath: '/s3' }] },
    { id: 2, username: 'bob', egress: 'http://proxy.example:3128', status: check, storages: [{ id: 2 }] },
  ]);
  expect(views).toHaveLength(2);
  expect(JSON.stringify(views)).not.toContain('secret');
});

test('without storages there is no account', () => {
  expect(accountsOf([])).toEqual([]);
});
