import { StorageError } from '../core/errors.ts';
import type { Clock, Random } from '../core/runtime.ts';
import type { Store, UserRow } from '../store/port.ts';
import { createPasswordHasher } from './password-hasher.ts';
import { changePassword, generatePassword } from './passwords.ts';
import { staticHash } from './static-hash.ts';

export const ADMIN_NAME = 'admin';
export const GUEST_NAME = 'guest';

interface World {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Makes the users that every installation has, where they are missing: an admin over everything, and a guest, which is disabled.
 *
 * @param adminPassword for an admin that is made now; any that isn't empty. An admin that exists keeps the password it has.
 * @returns the password that was made up for a new admin, to be shown once; undefined when there was nothing to make up
 */
export async function ensureBuiltInUsers(
  { store, random }: World,
  adminPassword: string | undefined,
): Promise<{ readonly generatedPassword?: string }> {
  await insertUnlessThere(store, GUEST_NAME, () => Promise.resolve(guest));
  const password = adminPassword ?? generatePassword(random);
  const made = await insertUnlessThere(store, ADMIN_NAME, async () => ({
    ...guest,
    username: ADMIN_NAME,
    passwordHash: await createPasswordHasher().hash(staticHash(password)),
    role: 'admin',
    disabled: false,
  }));
  return made && adminPassword === undefined ? { generatedPassword: password } : {};
}

/**
 * Gives `admin` a new password, enables it, and ends its sessions: the way back in for someone who lost the password.
 *
 * @param password made up when absent
 * @returns the password that now holds
 * @throws StorageError `not_found` in a store without users; `invalid_argument` for a password that is too short.
 */
export async function resetAdminPassword(
  { store, clock, random }: World,
  password?: string,
): Promise<string> {
  const chosen = password ?? generatePassword(random);
  await changePassword(ADMIN_NAME, chosen, { store, clock, hasher: createPasswordHasher() });
  const admin = await store.users.byName(ADMIN_NAME);
  if (admin?.disabled === true) await store.users.update({ ...admin, disabled: false });
  return chosen;
}

/** Without a password: nobody signs in as guest, who needs no sign-in. */
const guest: Omit<UserRow, 'id'> = {
  username: GUEST_NAME,
  passwordHash: '',
  passwordChangedAt: 0,
  role: 'guest',
  basePath: '/',
  permission: 0,
  disabled: true,
};

/** Whether the user had to be made. Of two processes that start together one makes it. */
async function insertUnlessThere(
  store: Store,
  username: string,
  row: () => Promise<Omit<UserRow, 'id'>>,
): Promise<boolean> {
  if ((await store.users.byName(username)) !== undefined) return false;
  try {
    await store.users.insert(await row());
    return true;
  } catch (error) {
    if (error instanceof StorageError && error.code === 'exists') return false;
    throw error;
  }
}
