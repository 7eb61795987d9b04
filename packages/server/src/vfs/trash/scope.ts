import type { Ctx } from '../../core/driver.ts';
import type { Entry, EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import { childPath, isWithin, type TreePath } from '../../core/path.ts';
import type { ListingCache } from '../listing-cache.ts';
import type { MountTable } from '../mount-table.ts';
import type { Mount } from '../mount.ts';
import { resolve } from '../place.ts';
import { Lineage } from './lineage.ts';

/** What reaches into whole drives works on. */
export interface DriveTree {
  readonly mounts: MountTable;
  readonly listings: ListingCache;
}

/** A place in the tree, and the folder that someone is confined to. Full paths. */
export interface DrivePlace {
  readonly path: TreePath;
  readonly base: TreePath;
}

/**
 * A storage as someone confined to a folder may see what is found in the whole of its drive: in its trash, or by its stars. Such things
 * are theirs only when the way to the folder they lie in, or lay in, leads through the folder that they are confined to. Ids are compared,
 * not names: two folders may have one name.
 */
export class DriveScope {
  readonly mount: Mount;
  /** Where something goes whose own folder is gone. */
  readonly home: EntryId;
  /** Whether all that the drive holds is theirs, what lies nowhere among that. */
  readonly whole: boolean;
  readonly #confinedTo: EntryId | undefined;
  readonly #lineage: Lineage;

  private constructor(mount: Mount, confinedTo: EntryId | undefined, ctx: Ctx) {
    this.mount = mount;
    this.home = confinedTo ?? mount.driver.root;
    // A driver that can empty the trash shows the whole drive.
    this.whole = confinedTo === undefined && mount.driver.emptyTrash !== undefined;
    this.#confinedTo = confinedTo;
    this.#lineage = new Lineage(mount, ctx);
  }

  /** @throws StorageError `unsupported` where no storage is; `not_found` when the folder that confines is gone. */
  static async of({ path, base }: DrivePlace, tree: DriveTree, ctx: Ctx): Promise<DriveScope> {
    const mount = tree.mounts.locate(path)?.mount;
    if (mount === undefined) {
      throw new StorageError('unsupported', 'no storage is mounted here', {
        detail: { remedy: 'Choose a folder inside a storage.' },
      });
    }
    if (isWithin(mount.record.mountPath, base)) return new DriveScope(mount, undefined, ctx);
    const place = await resolve(base, tree, ctx);
    if (place.mount !== mount) throw new StorageError('not_found', 'object not found');
    return new DriveScope(mount, place.entry.id, ctx);
  }

  /** The full path of the folder that an entry names as its parent. Undefined where it has none, or lies outside. */
  async folderOf({ parent }: Entry): Promise<TreePath | undefined> {
    const way = await this.#lineage.to(parent);
    const confined = this.#confinedTo;
    if (way === undefined || (confined !== undefined && !way.some(({ id }) => id === confined)))
      return undefined;
    return way.reduce((path, { name }) => childPath(path, name), this.mount.record.mountPath);
  }
}
