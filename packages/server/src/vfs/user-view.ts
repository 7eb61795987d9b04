import { StorageError } from '../core/errors.ts';
import { joinPath, relativeTo, ROOT, type TreePath } from '../core/path.ts';
import { may, Permission, type Rights } from '../core/rights.ts';
import type { Listing, Node, OpenFile, View } from './view.ts';
import type { Vfs } from './vfs.ts';

/**
 * The tree as someone with `rights` may see it. A user's path is put below the base path segment by segment, and a `TreePath` holds no
 * `..`: no path leads out. Who is confined gets errors that don't name the storage, whose place may lie outside.
 */
export function createView(vfs: Vfs, rights: Rights): View {
  const { basePath } = rights;
  const full = (path: TreePath): TreePath => joinPath(basePath, path);

  return {
    get: (path, ctx) => confined(basePath, async () => rebase(await vfs.get(full(path), ctx), basePath)),

    list: (path, options, ctx) =>
      confined(basePath, async () => {
        if (options.refresh === true && !may(rights, Permission.write)) {
          throw new StorageError('forbidden', 'Refresh without permission');
        }
        return rebaseListing(await vfs.list(full(path), options, ctx), basePath);
      }),

    open: (path, ctx) =>
      confined(basePath, async () => rebaseFile(await vfs.open(full(path), ctx), basePath)),

    canWrite: (path, ctx) =>
      confined(
        basePath,
        async () => may(rights, Permission.write) && (await vfs.takesUploads(full(path), ctx)),
      ),
  };
}

function rebaseListing(listing: Listing, base: TreePath): Listing {
  if (base === ROOT) return listing;
  const { folder, nodes } = listing;
  return { ...listing, folder: rebase(folder, base), nodes: nodes.map((node) => rebase(node, base)) };
}

function rebaseFile(file: OpenFile, base: TreePath): OpenFile {
  if (base === ROOT) return file;
  return {
    ...file,
    node: rebase(file.node, base),
    link: (purpose, ctx) => confined(base, () => file.link(purpose, ctx)),
    read: (start, end, ctx) => confined(base, () => file.read(start, end, ctx)),
  };
}

/** The node by its path below `base`. The base folder itself is the user's root, which has no name. */
function rebase(node: Node, base: TreePath): Node {
  if (base === ROOT) return node;
  const path = relativeTo(node.fullPath, base);
  const isRoot = path === ROOT && node.entry.kind === 'folder';
  return { ...node, path, ...(isRoot ? { entry: { ...node.entry, name: '' } } : {}) };
}

async function confined<T>(base: TreePath, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const told = error instanceof StorageError && error.detail.storage !== undefined;
    if (base === ROOT || !told) throw error;
    throw withoutStorage(error);
  }
}

function withoutStorage(error: StorageError): StorageError {
  const { code, message, retry, retryAfterMs, cause } = error;
  const { storage: _, ...detail } = error.detail;
  return new StorageError(code, message, {
    retry,
    detail,
    cause,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
