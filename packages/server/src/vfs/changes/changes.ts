import type { ContentHash } from '../../core/content-hash.ts';
import type { Ctx, UploadSource } from '../../core/driver.ts';
import type { TreePath } from '../../core/path.ts';
import type { Clock } from '../../core/runtime.ts';
import type { OwnShare, OwnSharePage } from '../../core/share-address.ts';
import type { ListingCache } from '../listing-cache.ts';
import type { MountTable } from '../mount-table.ts';
import type { Node } from '../view.ts';
import { entryCalls } from './entry-calls.ts';
import { type Flattening, flatten } from './flatten.ts';
import { makeFolder } from './make-folder.ts';
import { prune } from './prune.ts';
import { removeEntries } from './remove.ts';
import type { Intents, NotedIntent } from './intents.ts';
import { repair, type Repaired } from './repair.ts';
import { relocate, type Relocation } from './relocate.ts';
import { renameEntry, type Renaming } from './rename.ts';
import { canSaveShared, saveShared, type Saving } from './save-shared.ts';
import { endShares, ownShares, shareOut, type ShareWish } from './share-out.ts';
import { type Starring, starEntries } from './star.ts';
import { type Batch, type Conflict, transfer } from './transfer.ts';
import { dropUpload, type Upload, uploadFile, uploadHashes } from './upload.ts';
import type { Upkeep } from './upkeep.ts';

/**
 * Changes to the whole tree, by full paths, for the gateway itself: nobody's rights are asked here. Doors change it through a `View`.
 *
 * A call that a batch stands for ends at the first error, as in AList; what was done before stays done. After every call to a storage,
 * also a failed one, listings show what stands there.
 */
export interface Changes {
  /** @see makeFolder */
  mkdir(path: TreePath, ctx: Ctx): Promise<void>;
  /** @see renameEntry */
  rename(renaming: Renaming, ctx: Ctx): Promise<void>;
  /** How many moved. @see transfer */
  move(batch: Batch, conflict: Conflict, ctx: Ctx): Promise<number>;
  /** How many were copied. @see transfer */
  copy(batch: Batch, conflict: Conflict, ctx: Ctx): Promise<number>;
  /** @see relocate */
  relocate(relocation: Relocation, ctx: Ctx): Promise<void>;
  /** @see removeEntries */
  remove(dir: TreePath, names: readonly string[], ctx: Ctx): Promise<void>;
  /** @see flatten */
  flatten(flattening: Flattening, ctx: Ctx): Promise<number>;
  /** @see starEntries */
  star(starring: Starring, ctx: Ctx): Promise<void>;
  /** @see prune */
  prune(path: TreePath, ctx: Ctx): Promise<void>;
  /** @see saveShared */
  saveShared(saving: Saving, ctx: Ctx): Promise<{ readonly job?: string }>;
  /** @see canSaveShared */
  canSaveShared(way: Pick<Saving, 'from' | 'to'>, ctx: Ctx): Promise<boolean>;
  /** @see shareOut */
  shareOut(wish: ShareWish, ctx: Ctx): Promise<OwnShare>;
  /** Whether the storage at a path makes shares of what lies below its root. */
  canShareOut(path: TreePath): boolean;
  /** @see ownShares */
  ownShares(path: TreePath, cursor: string | undefined, ctx: Ctx): Promise<OwnSharePage>;
  /** @see endShares */
  endShares(path: TreePath, shareIds: readonly string[], ctx: Ctx): Promise<void>;
  /** @see uploadHashes */
  uploadHashes(upload: Upload, ctx: Ctx): Promise<readonly ContentHash[]>;
  /** @see uploadFile */
  upload(upload: Upload & { readonly source: UploadSource }, ctx: Ctx): Promise<Node>;
  /** @see repair */
  repair(noted: NotedIntent, ctx: Ctx): Promise<Repaired>;
  /** @see dropUpload */
  dropUpload(upload: Pick<Upload, 'path'> & { readonly source: UploadSource }, ctx: Ctx): Promise<void>;
}

export interface ChangesOptions {
  readonly mounts: MountTable;
  readonly listings: ListingCache;
  readonly upkeep: Upkeep;
  readonly clock: Clock;
  readonly intents: Intents;
}

export function createChanges(tree: ChangesOptions): Changes {
  const calls = entryCalls(tree.upkeep);
  const tools = { tree, calls };
  return {
    mkdir: (path, ctx) => makeFolder(path, tools, ctx),
    rename: (renaming, ctx) => renameEntry(renaming, tools, ctx),
    move: (batch, conflict, ctx) => transfer(batch, { op: 'move', conflict, ...tools }, ctx),
    copy: (batch, conflict, ctx) => transfer(batch, { op: 'copy', conflict, ...tools }, ctx),
    relocate: (relocation, ctx) => relocate(relocation, tools, ctx),
    remove: (dir, names, ctx) => removeEntries({ dir, names }, tools, ctx),
    flatten: (flattening, ctx) => flatten(flattening, tools, ctx),
    star: (starring, ctx) => starEntries(starring, tree, ctx),
    prune: (path, ctx) => prune(path, tools, ctx),
    saveShared: (saving, ctx) => saveShared(saving, tree, ctx),
    canSaveShared: (way, ctx) => canSaveShared(way, tree, ctx),
    shareOut: (wish, ctx) => shareOut(wish, tree, ctx),
    canShareOut(path) {
      const located = tree.mounts.locate(path);
      return located !== undefined && located.below.length > 0 && located.mount.driver.share !== undefined;
    },
    ownShares: (path, cursor, ctx) => ownShares(path, cursor, tree, ctx),
    endShares: (path, shareIds, ctx) => endShares(path, shareIds, tree, ctx),
    uploadHashes: (upload, ctx) => uploadHashes(upload, tree, ctx),
    upload: (upload, ctx) => uploadFile(upload, tools, ctx),
    repair: (noted, ctx) => repair(noted, tools, ctx),
    dropUpload: (upload, ctx) => dropUpload(upload, tree, ctx),
  };
}
