import { join } from 'node:path';
import type { Clock, Log } from '../core/runtime.ts';
import { migrate } from './migrations/migrate.ts';
import type { Store } from './port.ts';
import { createSealer, KEY_BYTES, type Sealer } from './seal.ts';
import { appPasswordTable } from './sql/app-passwords.ts';
import { accountTable, secretTable, settingTable } from './sql/key-value.ts';
import { lockTable } from './sql/locks.ts';
import { propertyTable } from './sql/properties.ts';
import type { Sql } from './sql/schema.ts';
import { sessionTable } from './sql/sessions.ts';
import { changeIntentTable } from './sql/change-intents.ts';
import { shareCopyTable } from './sql/share-copies.ts';
import { shareHealthTable } from './sql/share-health.ts';
import { storageTable } from './sql/storages.ts';
import { taskTable } from './sql/tasks.ts';
import { uploadTable } from './sql/uploads.ts';
import { userTable } from './sql/users.ts';
import { IN_MEMORY, openFailure, openSqlite } from './sqlite.ts';
import { openVault } from './vault.ts';

/** The database's name in the data folder. */
export const DATABASE_FILE = 'sluice.db';

export interface StoreOptions {
  /** The data folder; made, for its owner alone, when it is missing. */
  readonly folder: string;
  /** The value of `SLUICE_SECRET_KEY`. Without it the key lies in the folder's key file. */
  readonly secretKey?: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Opens the embedded store, and makes it at the first start.
 *
 * @throws StoreError (`newer_version`, `unwritable`, `corrupt`, `busy`, `wrong_key`) whose message is for the person who started the gateway.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const path = join(options.folder, DATABASE_FILE);
  const sql = openSqlite(path);
  try {
    await migrate(sql, options.clock.now());
    const sealer = await openVault(sql, { ...options, secretKey: options.secretKey });
    return storeOver(sql, sealer);
  } catch (error) {
    await sql.close();
    throw openFailure(path, error) ?? error;
  }
}

/** A store that is gone when it is closed, under a given key, for tests. */
export async function openMemoryStore(key: Uint8Array = new Uint8Array(KEY_BYTES)): Promise<Store> {
  const sql = openSqlite(IN_MEMORY);
  await migrate(sql, 0);
  return storeOver(sql, createSealer(key));
}

function storeOver(sql: Sql, sealer: Sealer): Store {
  return {
    users: userTable(sql),
    sessions: sessionTable(sql),
    tasks: taskTable(sql, sealer),
    shareHealth: shareHealthTable(sql),
    shareCopies: shareCopyTable(sql),
    storages: storageTable(sql, sealer),
    accounts: accountTable(sql, sealer),
    settings: settingTable(sql),
    secrets: secretTable(sql, sealer),
    locks: lockTable(sql),
    properties: propertyTable(sql),
    appPasswords: appPasswordTable(sql),
    uploads: uploadTable(sql, sealer),
    changeIntents: changeIntentTable(sql),
    close: () => sql.close(),
  };
}
