import type { Ctx } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import { baseName, joinPath, parentOf, relativeTo, ROOT, type TreePath } from '../core/path.ts';
import { may, Permission, type PermissionBit, type Rights } from '../core/rights.ts';
import { storageRoot } from './changes/refusals.ts';
import { confined } from './confined.ts';
import { trashing } from './trash/trashing.ts';
import type {
  ConflictOptions,
  Listing,
  Node,
  OpenFile,
  PartlyServed,
  UploadOptions,
  View,
  Writing,
} from './view.ts';
import type { Vfs } from './vfs.ts';

/**
 * The tree as someone with `rights` may see it. A user's path is put below the base path segment by segment, and a `TreePath` holds no
 * `..`: no path leads out. Who is confined gets errors that don't name the storage, whose place may lie outside.
 */
export function createView(vfs: Vfs, rights: Rights): View {
  const { basePath } = rights;
  const full = (path: TreePath): TreePath => joinPath(basePath, path);

  return {
    ...writing(vfs, rights),
    ...trashing(vfs, rights),

    get: (path, ctx) => confined(basePath, async () => rebase(await vfs.get(full(path), ctx), basePath)),

    list: (path, options, ctx) =>
      confined(basePath, async () => {
        if (options.refresh === true && !may(rights, Permission.write)) {
          throw new StorageError('forbidden', 'Refresh without permission');
        }
        const { trash, ...listing } = await vfs.list(full(path), options, ctx);
        const restorable = trash === true && may(rights, Permission.remove);
        return { ...rebaseListing(listing, basePath), ...(restorable ? { trash } : {}) };
      }),

    async *pages(path, ctx) {
      const pages = vfs.pages(full(path), ctx)[Symbol.asyncIterator]();
      try {
        for (;;) {
          const { done, value } = await confined(basePath, () => pages.next());
          if (done === true) return;
          yield value.map((node) => rebase(node, basePath));
        }
      } finally {
        await pages.return?.();
      }
    },

    quota: (path, ctx) => confined(basePath, () => vfs.quota(full(path), ctx)),
    allowances: (path, ctx) => confined(basePath, () => vfs.allowances(full(path), ctx)),

    open: (path, ctx, variant) =>
      confined(basePath, async () => rebaseFile(await vfs.open(full(path), ctx, variant), basePath)),

    variants: (path, ctx) => confined(basePath, () => vfs.variants(full(path), ctx)),

    offline: (path, ctx) =>
      confined(basePath, async () => {
        if (!may(rights, Permission.offlineDownload))
          throw new StorageError('forbidden', 'permission denied');
        const folder = await vfs.offline(full(path), ctx);
        if (may(rights, Permission.remove)) return folder;
        const removeEntries = (): Promise<void> =>
          Promise.reject(new StorageError('forbidden', 'permission denied'));
        return { ...folder, removeEntries };
      }),

    canWrite: (path, ctx) =>
      confined(
        basePath,
        async () => may(rights, Permission.write) && (await vfs.takesUploads(full(path), ctx)),
      ),
  };
}

/**
 * Changes as someone with `rights` may make them. Rights are asked before anything else, so that a refusal tells nothing of what there is.
 * They count for every path below the base, so that one check stands for both ends of a move; the base folder itself can't be changed
 * from inside.
 */
function writing(vfs: Vfs, rights: Rights): Writing {
  const { basePath } = rights;
  const { changes } = vfs;
  const full = (path: TreePath): TreePath => joinPath(basePath, path);
  const allowed = <T>(bit: PermissionBit, run: () => Promise<T>): Promise<T> =>
    confined(basePath, async () => {
      if (!may(rights, bit)) throw new StorageError('forbidden', 'permission denied');
      return run();
    });
  /** What concerns an account as a whole is for admins, who may be shown what lies outside their base path. */
  const wholeAccount = <T>(run: () => Promise<T>): Promise<T> =>
    confined(basePath, async () => {
      if (!rights.admin) throw new StorageError('forbidden', 'permission denied');
      return run();
    });
  /** Replacing something removes it. */
  const replaces = (asked: boolean | undefined): boolean | 'denied' => {
    if (asked !== true) return false;
    return may(rights, Permission.remove) ? true : 'denied';
  };
  const conflict = ({ overwrite, skipExisting }: ConflictOptions) => ({
    overwrite: replaces(overwrite),
    skipExisting,
  });
  const place = (path: TreePath, { modified, ...options }: UploadOptions) => {
    if (path === ROOT) throw new StorageError('not_a_file', 'a folder has this name');
    return { path: full(path), conflict: conflict(options), modified };
  };

  return {
    mkdir: (path, ctx) => allowed(Permission.write, () => changes.mkdir(full(path), ctx)),
    rename: (path, { name, overwrite }, ctx) =>
      allowed(Permission.rename, () => {
        if (path === ROOT) throw storageRoot('move');
        return changes.rename({ path: full(path), name, overwrite: replaces(overwrite) }, ctx);
      }),
    move: ({ from, names, to }, options, ctx) =>
      allowed(Permission.move, () =>
        changes.move({ from: full(from), names, to: full(to) }, conflict(options), ctx),
      ),
    copy: ({ from, names, to }, options, ctx) =>
      allowed(Permission.copy, () =>
        changes.copy({ from: full(from), names, to: full(to) }, conflict(options), ctx),
      ),
    relocate: ({ op, from, to, overwrite }, ctx) =>
      confined(basePath, async () => {
        const bits = op === 'copy' ? [Permission.copy] : movingBits(from, to);
        if (!bits.every((bit) => may(rights, bit))) throw new StorageError('forbidden', 'permission denied');
        if (from === ROOT || to === ROOT) throw storageRoot('move'); // the base folder itself stays where it is
        const way = { op, from: full(from), to: full(to) };
        return changes.relocate({ ...way, overwrite: replaces(overwrite) }, ctx);
      }),
    remove: (dir, names, ctx) => allowed(Permission.remove, () => changes.remove(full(dir), names, ctx)),
    flatten: ({ from, to }, options, ctx) =>
      allowed(Permission.move, () =>
        changes.flatten({ from: full(from), to: full(to), conflict: conflict(options) }, ctx),
      ),
    star: (dir, { names, starred }, ctx) =>
      allowed(Permission.write, () => changes.star({ dir: full(dir), names, starred }, ctx)),
    saveShared: ({ from, names, to }, job, ctx) =>
      allowed(Permission.write, () =>
        changes.saveShared({ from: full(from), names, to: full(to), job }, ctx),
      ),
    canSaveShared: ({ from, to }, ctx) =>
      allowed(Permission.write, () => changes.canSaveShared({ from: full(from), to: full(to) }, ctx)),
    shareOut: (dir, what, ctx) =>
      allowed(Permission.write, () => changes.shareOut({ dir: full(dir), ...what }, ctx)),
    canShareOut: (path) => may(rights, Permission.write) && changes.canShareOut(full(path)),
    ownShares: (path, cursor, ctx) => wholeAccount(() => changes.ownShares(full(path), cursor, ctx)),
    endShares: (path, shareIds, ctx) => wholeAccount(() => changes.endShares(full(path), shareIds, ctx)),
    prune: (path, ctx) => allowed(Permission.remove, () => changes.prune(full(path), ctx)),
    uploadHashes: (path, options, ctx) =>
      allowed(Permission.write, () => changes.uploadHashes(place(path, options), ctx)),
    upload: (path, source, options, ctx) =>
      allowed(Permission.write, async () => {
        const node = await changes.upload({ ...place(path, options), source }, ctx);
        return rebase(node, basePath);
      }),
  };
}

/** What a move asks for: another name is a rename, another folder a move. */
function movingBits(from: TreePath, to: TreePath): PermissionBit[] {
  return [
    ...(baseName(from) === baseName(to) ? [] : [Permission.rename]),
    ...(parentOf(from) === parentOf(to) ? [] : [Permission.move]),
  ];
}

function rebaseListing(listing: Listing, base: TreePath): Listing {
  if (base === ROOT) return listing;
  const { folder, nodes } = listing;
  return { ...listing, folder: rebase(folder, base), nodes: nodes.map((node) => rebase(node, base)) };
}

function rebaseFile(file: OpenFile, base: TreePath): OpenFile {
  if (base === ROOT) return file;
  const { thumbnail, partly } = file;
  return {
    ...file,
    ...(partly === undefined ? {} : { partly: rebasePartly(partly, base) }),
    node: rebase(file.node, base),
    link: (purpose, ctx) => confined(base, () => file.link(purpose, ctx)),
    read: (start, end, ctx) => confined(base, () => file.read(start, end, ctx)),
    ...(thumbnail === undefined ? {} : { thumbnail: (ctx: Ctx) => confined(base, () => thumbnail(ctx)) }),
  };
}

function rebasePartly(partly: PartlyServed, base: TreePath): PartlyServed {
  return {
    reach: (ctx) => confined(base, () => partly.reach(ctx)),
    whole: (ctx) => confined(base, async () => rebaseFile(await partly.whole(ctx), base)),
    save: (ctx) => confined(base, () => partly.save(ctx)),
    cancelSaving: () => partly.cancelSaving(),
  };
}

/** The node by its path below `base`. The base folder itself is the user's root, which has no name. */
function rebase(node: Node, base: TreePath): Node {
  if (base === ROOT) return node;
  const path = relativeTo(node.fullPath, base);
  const isRoot = path === ROOT && node.entry.kind === 'folder';
  return { ...node, path, ...(isRoot ? { entry: { ...node.entry, name: '' } } : {}) };
}
