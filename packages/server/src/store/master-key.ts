import { randomBytes, scrypt } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { StoreError } from './errors.ts';
import { KEY_BYTES } from './seal.ts';

/** Where the key lies when no `SLUICE_SECRET_KEY` is given. */
export const KEY_FILE = 'secret.key';

/** 32 MiB and about 65 ms, once at each start: the passphrase is often chosen by a person. */
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 2 ** 20 };

/**
 * A key from the passphrase of `SLUICE_SECRET_KEY`, by scrypt.
 * @param salt random, kept with the database
 */
export function keyFromPassphrase(passphrase: string, salt: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, KEY_BYTES, SCRYPT, (error, key) => {
      if (error instanceof Error) reject(error);
      else resolve(key);
    });
  });
}

/**
 * The key in the data folder's key file, which is made when there is none and `mayCreate` says so. The file is readable by its owner alone.
 *
 * @throws StoreError `wrong_key` when it is missing or damaged, `unwritable` when it can't be made.
 */
export function keyFromFile(folder: string, mayCreate: boolean): Uint8Array {
  const path = join(folder, KEY_FILE);
  if (!existsSync(path)) {
    if (!mayCreate) {
      throw new StoreError(
        'wrong_key',
        `${path} is missing. The database is sealed with it: put it back from a backup.`,
      );
    }
    createKeyFile(path);
  }
  const key = Buffer.from(readKeyFile(path), 'base64url');
  if (key.length !== KEY_BYTES) {
    throw new StoreError('wrong_key', `${path} is damaged. Put it back from a backup.`);
  }
  return key;
}

function readKeyFile(path: string): string {
  try {
    chmodSync(path, 0o600); // a restored backup may have opened it to others
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new StoreError('wrong_key', `${path} can't be read: give Sluice's user access to it.`, cause);
  }
}

/** In one step, so that a crash leaves a whole key or none. The caller holds the database's lock. */
function createKeyFile(path: string): void {
  try {
    const unfinished = `${path}.new`;
    const file = openSync(unfinished, 'w', 0o600);
    try {
      writeSync(file, `${randomBytes(KEY_BYTES).toString('base64url')}\n`);
      fsyncSync(file); // the database must never be safer on disk than its key
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, path);
  } catch (cause) {
    throw new StoreError('unwritable', `${path} can't be written: make the folder writable.`, cause);
  }
}
