import type { Selectable } from 'kysely';
import { StorageError } from '../../core/errors.ts';
import { normalizePath, type TreePath } from '../../core/path.ts';
import { type StorageRecord, WEBDAV_POLICIES } from '../../core/storage-record.ts';
import type { StorageTable, StoredStorage } from '../port.ts';
import { SealError, type Sealer } from '../seal.ts';
import type { Schema, Sql } from './schema.ts';

type Columns = Omit<Selectable<Schema['storages']>, 'id' | 'sealed_addition'>;

export function storageTable({ db, isTaken, exclusively }: Sql, sealer: Sealer): StorageTable {
  const sealFor = (id: number, addition: StorageRecord['addition']): string =>
    sealer.seal(JSON.stringify(addition), placeOf(id));
  const refuse = (error: unknown, path: string): never => {
    if (isTaken(error)) throw new StorageError('exists', `another storage is mounted at ${path}`);
    throw error;
  };
  return {
    async list() {
      const query = db.selectFrom('storages').selectAll().orderBy('sort_order').orderBy('id');
      return (await query.execute()).map((row) => fromColumns(row, sealer));
    },
    async byId(id) {
      const row = await db.selectFrom('storages').selectAll().where('id', '=', id).executeTakeFirst();
      return row && fromColumns(row, sealer);
    },
    async insert(record) {
      const id = await exclusively(async (tx) => {
        const values = { ...toColumns(record), sealed_addition: '' };
        const made = await tx.insertInto('storages').values(values).returning('id').executeTakeFirstOrThrow();
        const sealed_addition = sealFor(made.id, record.addition); // bound to the id, which only now is known
        await tx.updateTable('storages').set({ sealed_addition }).where('id', '=', made.id).execute();
        return made.id;
      }).catch((error: unknown) => refuse(error, record.mountPath));
      return { ...record, id };
    },
    async update(record) {
      const sealed_addition = sealFor(record.id, record.addition);
      const { numUpdatedRows } = await db
        .updateTable('storages')
        .set({ ...toColumns(record), sealed_addition })
        .where('id', '=', record.id)
        .executeTakeFirst()
        .catch((error: unknown) => refuse(error, record.mountPath));
      if (numUpdatedRows === 0n) throw new StorageError('not_found', `there is no storage ${record.id}`);
    },
    async remove(id) {
      await db.deleteFrom('storages').where('id', '=', id).execute();
    },
  };
}

function placeOf(id: number): string {
  return `storages:${id}:addition`;
}

function toColumns(record: Omit<StorageRecord, 'id'>): Columns {
  return {
    mount_path: record.mountPath,
    sort_order: record.order,
    driver: record.driver,
    cache_expiration: record.cacheExpiration,
    remark: record.remark,
    modified: record.modified,
    disabled: Number(record.disabled),
    disable_index: Number(record.disableIndex),
    enable_sign: Number(record.enableSign),
    order_by: record.orderBy,
    order_direction: record.orderDirection,
    extract_folder: record.extractFolder,
    web_proxy: Number(record.webProxy),
    webdav_policy: record.webdavPolicy,
    proxy_range: Number(record.proxyRange),
    down_proxy_url: record.downProxyUrl,
    down_proxy_sign: Number(record.downProxySign),
  };
}

function fromColumns(row: Selectable<Schema['storages']>, sealer: Sealer): StoredStorage {
  const mount = readMountPath(row);
  const addition = readAddition(row, sealer);
  const damaged = mount.damaged ?? addition.damaged;
  return {
    id: row.id,
    mountPath: mount.value,
    order: row.sort_order,
    driver: row.driver,
    cacheExpiration: row.cache_expiration,
    addition: addition.value,
    remark: row.remark,
    modified: row.modified,
    disabled: row.disabled !== 0,
    disableIndex: row.disable_index !== 0,
    enableSign: row.enable_sign !== 0,
    orderBy: oneOf(['name', 'size', 'modified'], row.order_by, ''),
    orderDirection: oneOf(['asc', 'desc'], row.order_direction, ''),
    extractFolder: oneOf(['front', 'back'], row.extract_folder, ''),
    webProxy: row.web_proxy !== 0,
    webdavPolicy: oneOf(WEBDAV_POLICIES, row.webdav_policy, 'native_proxy'),
    proxyRange: row.proxy_range !== 0,
    downProxyUrl: row.down_proxy_url,
    downProxySign: row.down_proxy_sign !== 0,
    ...(damaged === undefined ? {} : { damaged }),
  };
}

interface Read<T> {
  readonly value: T;
  readonly damaged?: string;
}

/** Only a change outside of Sluice makes a path bad; the storage then shows up under a path of its own, to be mended or removed. */
function readMountPath(row: Selectable<Schema['storages']>): Read<TreePath> {
  try {
    return { value: normalizePath(row.mount_path) };
  } catch {
    return { value: normalizePath(`/storage ${row.id}`), damaged: 'Its mount path is not valid.' };
  }
}

function readAddition(row: Selectable<Schema['storages']>, sealer: Sealer): Read<StorageRecord['addition']> {
  try {
    const value: unknown = JSON.parse(sealer.open(row.sealed_addition, placeOf(row.id)));
    if (typeof value === 'object' && value !== null) return { value: { ...value } };
  } catch (error) {
    if (!(error instanceof SealError || error instanceof SyntaxError)) throw error;
  }
  return { value: {}, damaged: 'Its settings were changed outside of Sluice and can not be opened.' };
}

function oneOf<T extends string, D extends string>(known: readonly T[], value: string, fallback: D): T | D {
  return known.find((candidate) => candidate === value) ?? fallback;
}
