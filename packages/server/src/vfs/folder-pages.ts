import type { Ctx } from '../core/driver.ts';
import type { Entry } from '../core/entry.ts';
import type { Listing } from './listing.ts';
import type { MountChild } from './mount-table.ts';

/** A piece of a folder. */
export interface FolderPiece {
  readonly entries: readonly Entry[];
  readonly children: readonly MountChild[];
}

/** Entries of a piece. */
const PIECE = 500;

/**
 * A folder's content as of one moment, piece by piece as it comes in, by the rules of `folderWindow`: the storage's entries, then the
 * children that lead to mounts. The listing it is read from only grows, so that nothing is left out or told twice however long the
 * reader takes and whatever is changed meanwhile.
 *
 * @param order the entries in the order to show them in; absent for the order they come in
 */
export async function* folderPieces(
  listing: Listing,
  children: readonly MountChild[],
  { order, ctx }: { readonly order?: readonly Entry[] | undefined; readonly ctx: Ctx },
): AsyncGenerator<FolderPiece> {
  const mounts = new Map(children.map((child) => [child.name, child]));
  const shown = ({ name, kind }: Entry): boolean => {
    const child = mounts.get(name);
    return child === undefined || (child.mount === undefined && kind === 'folder');
  };
  const source = order ?? listing.loaded;
  for (let at = 0; ; ) {
    if (order === undefined) await listing.until(() => listing.loaded.length > at, ctx);
    const entries = source.slice(at, at + PIECE);
    if (entries.length === 0) break;
    at += entries.length;
    yield { entries: mounts.size === 0 ? entries : entries.filter(shown), children: [] };
  }
  const behind = children.filter(
    ({ name, mount }) => mount !== undefined || listing.peek(name)?.kind !== 'folder',
  );
  if (behind.length > 0) yield { entries: [], children: behind };
}
