import type { Ctx } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import { isWithin, relativeTo, ROOT, type TreePath } from '../../core/path.ts';
import { AuthError, type User } from '../../users/user.ts';
import type { OpenFile } from '../../vfs/view.ts';
import type { DoorContext } from '../context.ts';
import { needsSign } from '../file-url.ts';

/** Rights that a valid sign gives, over its one path. */
const SIGNED = { basePath: ROOT, admin: true, permission: 0 };

/** By what a download may be allowed. */
export interface Credentials {
  /** The query's `sign`. */
  readonly sign: string | null;
  readonly authorization: string | undefined;
  /** Which of the file's variants is wanted; the file itself without. A sign holds for all of them. */
  readonly variant?: string | undefined;
}

/** A file that may be downloaded, and whether a user other than the guest has signed in to do so. */
export interface Opened {
  readonly file: OpenFile;
  readonly signedIn: boolean;
  /** The id of that user. */
  readonly user?: number;
}

/**
 * Opens the file at a full path for whoever asks: by a valid sign, as the user behind a token, or, where the settings and the storage
 * ask for no sign, as the guest. A guest that is disabled or has another base path gets nothing by knowing a path.
 *
 * @throws AuthError 401 with the texts of API reference §1.3; StorageError as `View.open`.
 */
export async function openFor(
  path: TreePath,
  { sign, authorization, variant }: Credentials,
  ctx: Ctx,
  door: DoorContext,
): Promise<Opened> {
  const refusal = refusalOf(path, sign ?? '', door);
  if (refusal === undefined) {
    const file = await door.viewOf(SIGNED).open(path, ctx, variant);
    return { file, ...signedInAs(isToken(authorization) ? await userOf(authorization, door) : undefined) };
  }
  if (isToken(authorization)) {
    const user = await door.auth.authenticate(authorization);
    return { file: await openAs(user, { path, variant }, ctx, door), ...signedInAs(user) };
  }
  if (needsSign(undefined, door)) throw refusal;
  const file = await openAs(await door.auth.authenticate(undefined), { path, variant }, ctx, door);
  if (needsSign(file.storage, door)) throw refusal;
  return { file, signedIn: false };
}

/** A token beside a sign that holds opens nothing more, so that one which does not hold does no harm. */
async function userOf(authorization: string, door: DoorContext): Promise<User | undefined> {
  try {
    return await door.auth.authenticate(authorization);
  } catch (error) {
    if (error instanceof AuthError) return undefined;
    throw error;
  }
}

function signedInAs(user: User | undefined): Pick<Opened, 'signedIn' | 'user'> {
  return user === undefined || user.role === 'guest'
    ? { signedIn: false }
    : { signedIn: true, user: user.id };
}

/** Why the sign does not hold; undefined when it does. Some clients append a slash to the whole address. */
function refusalOf(path: TreePath, sign: string, { signer }: DoorContext): AuthError | undefined {
  try {
    signer.verify(path, sign.replace(/\/$/, ''));
    return undefined;
  } catch (error) {
    if (error instanceof AuthError) return error;
    throw error;
  }
}

/** Basic credentials belong to a proxy in front of the gateway, not to the gateway. */
function isToken(authorization: string | undefined): authorization is string {
  return authorization !== undefined && authorization !== '' && !/^basic\s/i.test(authorization);
}

function openAs(
  user: User,
  { path, variant }: { readonly path: TreePath; readonly variant: string | undefined },
  ctx: Ctx,
  door: DoorContext,
): Promise<OpenFile> {
  if (!isWithin(path, user.basePath)) throw new StorageError('not_found', 'object not found');
  return door.viewOf(user).open(relativeTo(path, user.basePath), ctx, variant);
}
