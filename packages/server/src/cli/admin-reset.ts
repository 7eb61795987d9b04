import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig, StartError } from '../config.ts';
import { StorageError } from '../core/errors.ts';
import { createLog } from '../log.ts';
import { systemClock, systemRandom } from '../runtime/system.ts';
import { StoreError } from '../store/errors.ts';
import { DATABASE_FILE, openStore } from '../store/open.ts';
import { ADMIN_NAME, resetAdminPassword } from '../users/built-in.ts';
import type { Io } from './io.ts';

/**
 * Gives admin a new password, in the database itself: for someone who can't sign in any more. A gateway that runs on the same
 * folder takes it at once.
 *
 * @throws StartError when there is no database, it can't be opened, or the password is too short
 */
export async function adminReset(
  flags: { readonly password?: string; readonly data?: string },
  io: Io,
): Promise<void> {
  const config = readConfig(io.env, flags);
  const world = { clock: systemClock(), random: systemRandom(), log: createLog(config.logLevel) };
  if (!(await exists(join(config.data, DATABASE_FILE)))) {
    throw new StartError(`There is no Sluice in ${config.data}. Name its data folder with --data.`);
  }
  try {
    const secretKey = config.secretKey === undefined ? {} : { secretKey: config.secretKey };
    const store = await openStore({ folder: config.data, ...secretKey, ...world });
    try {
      const password = await resetAdminPassword({ store, ...world }, flags.password);
      const shown = flags.password === undefined ? `\n  Password  ${password}` : '';
      io.out(`The password of ${ADMIN_NAME} is set, and all its sessions have ended.${shown}\n`);
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof StoreError || error instanceof StorageError) {
      throw new StartError(error.message, { cause: error });
    }
    throw error;
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
