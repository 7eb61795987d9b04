import { randomBytes } from 'node:crypto';
import type { Log } from '../core/runtime.ts';
import { StoreError } from './errors.ts';
import { KEY_FILE, keyFromFile, keyFromPassphrase } from './master-key.ts';
import { createSealer, KEY_BYTES, SealError, type Sealer } from './seal.ts';
import type { Schema, Sql } from './sql/schema.ts';

/** What the vault's key may be found with. */
export interface VaultOptions {
  /** Holds the key file, where no passphrase is given. */
  readonly folder: string;
  /** The value of `SLUICE_SECRET_KEY`. */
  readonly secretKey: string | undefined;
  readonly log: Log;
}

type VaultRow = Schema['vault'];

const ROW_ID = 1;
const PLACE = 'vault:1:key';
const SALT_BYTES = 16;

/**
 * The sealer of this database. Everything is sealed with one random data key, which the database itself keeps, sealed with the master
 * key from the passphrase or the key file: so the master key can change without touching anything else.
 *
 * A passphrase given to a database that the key file sealed takes over from the file.
 *
 * @throws StoreError `wrong_key` when the master key is missing or another one; nothing is changed then.
 */
export async function openVault(sql: Sql, options: VaultOptions): Promise<Sealer> {
  const row = (await readRow(sql.db)) ?? (await sql.exclusively((db) => createVault(db, options)));
  if (row.kind === 'passphrase') return unlockByPassphrase(row, options.secretKey);
  const dataKey = unlock(row, keyFromFile(options.folder, false), `${KEY_FILE} is not the one`);
  if (options.secretKey !== undefined) await moveToPassphrase(sql.db, dataKey, options);
  return createSealer(dataKey);
}

function readRow(db: Sql['db']): Promise<VaultRow | undefined> {
  return db.selectFrom('vault').selectAll().where('id', '=', ROW_ID).executeTakeFirst();
}

/** Another process that started at the same time may have been first. */
async function createVault(db: Sql['db'], { secretKey, folder }: VaultOptions): Promise<VaultRow> {
  const found = await readRow(db);
  if (found !== undefined) return found;
  const dataKey = randomBytes(KEY_BYTES);
  const row =
    secretKey === undefined
      ? sealedRow('file', dataKey, { master: keyFromFile(folder, true), salt: '' })
      : await passphraseRow(dataKey, secretKey);
  await db.insertInto('vault').values(row).execute();
  return row;
}

async function passphraseRow(dataKey: Uint8Array, passphrase: string): Promise<VaultRow> {
  const salt = randomBytes(SALT_BYTES).toString('base64url');
  return sealedRow('passphrase', dataKey, { master: await passphraseKey(passphrase, salt), salt });
}

function passphraseKey(passphrase: string, salt: string): Promise<Uint8Array> {
  return keyFromPassphrase(passphrase, Buffer.from(salt, 'base64url'));
}

function sealedRow(
  kind: 'file' | 'passphrase',
  dataKey: Uint8Array,
  { master, salt }: { readonly master: Uint8Array; readonly salt: string },
): VaultRow {
  const text = Buffer.from(dataKey).toString('base64url');
  return { id: ROW_ID, kind, salt, sealed_key: createSealer(master).seal(text, PLACE) };
}

async function unlockByPassphrase(row: VaultRow, secretKey: string | undefined): Promise<Sealer> {
  if (secretKey === undefined) {
    throw new StoreError(
      'wrong_key',
      'The database is sealed with SLUICE_SECRET_KEY, which is not set: set it to the value it had.',
    );
  }
  const master = await passphraseKey(secretKey, row.salt);
  return createSealer(unlock(row, master, 'SLUICE_SECRET_KEY is not the value'));
}

function unlock(row: VaultRow, master: Uint8Array, what: string): Uint8Array {
  try {
    return Buffer.from(createSealer(master).open(row.sealed_key, PLACE), 'base64url');
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    throw new StoreError(
      'wrong_key',
      `${what} that this database was sealed with: put the former one back. Saved passwords and tokens can't be read without it.`,
      error,
    );
  }
}

async function moveToPassphrase(
  db: Sql['db'],
  dataKey: Uint8Array,
  { secretKey = '', folder, log }: VaultOptions,
): Promise<void> {
  const { id, ...row } = await passphraseRow(dataKey, secretKey);
  await db.updateTable('vault').set(row).where('id', '=', id).execute();
  log.warn(
    { folder },
    `The database is now sealed with SLUICE_SECRET_KEY. ${KEY_FILE} is no longer used: keep it only for old backups.`,
  );
}
