import { StorageError } from '../core/errors.ts';
import type { Clock, Random } from '../core/runtime.ts';
import type { Store, UserRow } from '../store/port.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { staticHash } from './static-hash.ts';

const MIN_LENGTH = 8;
const MAX_LENGTH = 1024;

/** Without the signs that are mistaken for each other: 0 o, 1 l i. 31 of them, near 5 bits each. */
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';
const GROUPS = 4;
const GROUP_LENGTH = 4;

/** A random password that can be read out and typed, such as `k7pm-x2vd-9hqr-tn4w`: 79 bits, every sign equally likely. */
export function generatePassword(random: Random): string {
  const fair = 256 - (256 % ALPHABET.length);
  const letter = (): string => {
    for (;;) {
      const byte = random.bytes(1)[0] ?? fair;
      if (byte < fair) return ALPHABET.charAt(byte % ALPHABET.length); // bytes above would favour the first signs
    }
  };
  const group = (): string => Array.from({ length: GROUP_LENGTH }, letter).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/** True for a text of the form that `generatePassword` gives. */
export function looksGenerated(text: string): boolean {
  const group = `[${ALPHABET}]{${GROUP_LENGTH}}`;
  return new RegExp(`^${group}(?:-${group}){${GROUPS - 1}}$`).test(text);
}

/**
 * Gives a user a new password. All sessions of the user end; so do tokens that are being made with the old password.
 *
 * @throws StorageError `not_found`; `invalid_argument` for fewer than 8 or more than 1024 characters.
 */
export async function changePassword(
  username: string,
  password: string,
  { store, hasher, clock }: { readonly store: Store; readonly hasher: PasswordHasher; readonly clock: Clock },
): Promise<void> {
  if (password.length < MIN_LENGTH || password.length > MAX_LENGTH) {
    throw new StorageError('invalid_argument', `A password needs ${MIN_LENGTH} to ${MAX_LENGTH} characters.`);
  }
  const passwordHash = await hasher.hash(staticHash(password));
  const user = await store.users.byName(username);
  if (user === undefined) throw new StorageError('not_found', `There is no user named ${username}.`);
  await store.users.update({ ...user, passwordHash, passwordChangedAt: nextChange(user, clock) });
  await store.sessions.removeOfUser(user.id);
}

/** Never the same second twice: tokens are told apart by it. */
function nextChange(user: UserRow, clock: Clock): number {
  return Math.max(Math.floor(clock.now() / 1000), user.passwordChangedAt + 1);
}
