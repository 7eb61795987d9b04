import { createHmac } from 'node:crypto';
import { StorageError } from '../core/errors.ts';
import { normalizePath, type TreePath } from '../core/path.ts';
import type { Clock, Random } from '../core/runtime.ts';
import type { AppPasswordRow, Store } from '../store/port.ts';
import { generatePassword, looksGenerated } from './passwords.ts';

/** A password that a user gave one program, as the user may see it again: never the password itself. */
export interface AppPassword {
  readonly id: number;
  readonly name: string;
  /** May look, and change nothing. */
  readonly readOnly: boolean;
  /** The folder that the program sees as its root, below the user's own. */
  readonly folder: TreePath;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Milliseconds since the epoch, to the nearest quarter of an hour; absent when it was never used. */
  readonly usedAt?: number;
}

/** Passwords for programs that can't do what a person does to sign in. Each belongs to one user. */
export interface AppPasswords {
  /** In the order in which they were made. */
  list(userId: number): Promise<readonly AppPassword[]>;
  /**
   * Makes one. The password is told this once. @throws StorageError `invalid_argument` for a name that is empty or too long, and when the
   * user has too many; as `normalizePath` for the folder.
   */
  create(
    userId: number,
    wanted: { readonly name: string; readonly readOnly: boolean; readonly folder: string },
  ): Promise<{ readonly password: string; readonly made: AppPassword }>;
  /** It opens nothing from now on. @throws StorageError `not_found` when this user has none of this id. */
  revoke(userId: number, id: number): Promise<void>;
  /** What a password belongs to; undefined when it is none. Costs one look into the store. */
  find(password: string): Promise<(AppPassword & { readonly userId: number }) | undefined>;
}

const KEY_NAME = 'app-password-key';
const KEY_BYTES = 32;
const MAX_NAME_LENGTH = 100;
const MAX_PER_USER = 100;
/** How exactly the last use is told: every request of a player would else be a write. */
const USE_STEP_MS = 15 * 60_000;

/** @param parts whose secrets hold the key of the digests; it is made at the first start */
export async function createAppPasswords({
  store,
  clock,
  random,
}: {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
}): Promise<AppPasswords> {
  const makeKey = (): string => Buffer.from(random.bytes(KEY_BYTES)).toString('base64url');
  const key = Buffer.from(await store.secrets.loadOrCreate(KEY_NAME, makeKey), 'base64url');
  if (key.length !== KEY_BYTES) throw new Error('the stored key for app passwords has a wrong length');
  // 79 random bits under a secret key: a slow hash would add nothing, and every request of a program asks for it.
  const digestOf = (password: string): string =>
    createHmac('sha256', key).update(password).digest('base64url');
  const table = store.appPasswords;
  return {
    list: async (userId) => (await table.ofUser(userId)).map(shown),
    async create(userId, { name, readOnly, folder }) {
      const checked = checkedName(name);
      if ((await table.ofUser(userId)).length >= MAX_PER_USER) {
        throw new StorageError(
          'invalid_argument',
          `You have ${MAX_PER_USER} app passwords. Revoke some first.`,
        );
      }
      const password = generatePassword(random);
      const row = { userId, name: checked, readOnly, folder: normalizePath(folder), usedAt: 0 };
      const made = await table.insert({ ...row, digest: digestOf(password), createdAt: clock.now() });
      return { password, made: shown(made) };
    },
    async revoke(userId, id) {
      if (await table.remove(userId, id)) return;
      throw new StorageError('not_found', 'There is no such app password.');
    },
    async find(password) {
      if (!looksGenerated(password)) return undefined;
      const row = await table.byDigest(digestOf(password));
      if (row === undefined) return undefined;
      if (clock.now() - row.usedAt >= USE_STEP_MS) await table.touch(row.id, clock.now());
      return { ...shown(row), userId: row.userId };
    },
  };
}

function checkedName(name: string): string {
  const text = name.trim();
  const fits = text !== '' && text.length <= MAX_NAME_LENGTH && text.isWellFormed() && !/\p{Cc}/u.test(text);
  if (fits) return text;
  throw new StorageError(
    'invalid_argument',
    `Give the app password a name of 1 to ${MAX_NAME_LENGTH} characters.`,
  );
}

function shown({ id, name, readOnly, folder, createdAt, usedAt }: AppPasswordRow): AppPassword {
  const made = { id, name, readOnly, folder: normalizePath(folder), createdAt };
  return usedAt === 0 ? made : { ...made, usedAt };
}
