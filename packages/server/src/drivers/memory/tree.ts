import { checkName } from '../../core/entry-name.ts';
import type { Entry, EntryId } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';

/** A tree as written in code: objects are folders, texts and bytes are files. */
export interface MemoryTree {
  readonly [name: string]: MemoryTree | string | Uint8Array;
}

/** One entry with its place. `order` grows with every placement, so that a listing can go on behind any entry. */
export interface Place {
  readonly entry: Entry;
  readonly parent: EntryId | undefined;
  readonly order: number;
  readonly content: Uint8Array;
}

export const ROOT_ID: EntryId = 'root';

const NO_BYTES = new Uint8Array();

/** The state of a memory storage. Every change replaces a place; entries that were handed out stay as they were. */
export class Tree {
  readonly #places = new Map<EntryId, Place>();
  readonly #children = new Map<EntryId, Map<string, EntryId>>();
  /** What lies in the trash. It keeps its place below its folder, whose listing does not show it. */
  readonly #trash = new Set<EntryId>();
  readonly #now: () => number;
  #made = 0;

  constructor(tree: MemoryTree, now: () => number) {
    this.#now = now;
    const root: Entry = { id: ROOT_ID, name: '', kind: 'folder', size: 0, modified: now() };
    this.#places.set(ROOT_ID, { entry: root, parent: undefined, order: 0, content: NO_BYTES });
    this.#children.set(ROOT_ID, new Map());
    this.#plant(ROOT_ID, tree);
  }

  /** @throws StorageError `not_found`. */
  get(id: EntryId): Place {
    const place = this.#places.get(id);
    if (place === undefined || this.#isBuried(id)) throw new StorageError('not_found', 'object not found');
    return place;
  }

  has(id: EntryId): boolean {
    return this.#places.has(id) && !this.#isBuried(id);
  }

  /** @throws StorageError `not_found`, `not_a_file`. */
  file(id: EntryId): Place {
    const place = this.get(id);
    if (place.entry.kind !== 'file') throw new StorageError('not_a_file', 'not a file');
    return place;
  }

  /** The content of a folder by name. @throws StorageError `not_found`, `not_a_folder`. */
  folder(id: EntryId): ReadonlyMap<string, EntryId> {
    return this.#folder(id);
  }

  /** @throws StorageError `not_found`, `not_a_folder`, `invalid_name`, `exists`. */
  addFolder(dir: EntryId, name: string): Entry {
    const entry = this.#add(dir, { name, kind: 'folder', size: 0 }, NO_BYTES);
    this.#children.set(entry.id, new Map());
    return entry;
  }

  /** @param replaces a file of that name in the folder, which goes to the trash. @throws StorageError as `checkFree`. */
  addFile(dir: EntryId, name: string, content: Uint8Array, replaces?: EntryId): Entry {
    this.checkFree(dir, name, replaces);
    if (replaces !== undefined && this.has(replaces)) this.trash(replaces);
    return this.#add(dir, { name, kind: 'file', size: content.length }, content);
  }

  /** Gives an entry another name or folder. @throws StorageError as `addFolder`; `invalid_argument` for a folder into itself. */
  place(id: EntryId, to: { readonly dir: EntryId; readonly name: string }): Entry {
    const { entry, parent, content } = this.#movable(id);
    if (to.dir === parent && to.name === entry.name) return entry;
    this.checkFree(to.dir, to.name);
    if (this.#isWithin(to.dir, id)) {
      throw new StorageError('invalid_argument', 'a folder cannot be moved into itself');
    }
    this.#folder(parent).delete(entry.name);
    this.#folder(to.dir).set(to.name, id);
    const moved: Entry = { ...entry, name: to.name, modified: this.#now() };
    this.#places.set(id, { entry: moved, parent: to.dir, order: ++this.#made, content });
    return moved;
  }

  /** Copies an entry with all below it. @throws StorageError as `place`. */
  copy(id: EntryId, to: EntryId): Entry {
    const { entry, content } = this.#movable(id);
    if (entry.kind === 'file') return this.addFile(to, entry.name, content);
    if (this.#isWithin(to, id)) {
      throw new StorageError('invalid_argument', 'a folder cannot be copied into itself');
    }
    const folder = this.addFolder(to, entry.name);
    for (const child of this.#folder(id).values()) this.copy(child, folder.id);
    return folder;
  }

  /**
   * Checks that entries can come to a folder, all of them.
   * @throws StorageError `not_found`, `not_a_folder`, `forbidden`; `exists`, also when two have the same name; `invalid_argument` for a folder
   *   into itself.
   */
  checkArrival(ids: readonly EntryId[], to: EntryId, { copies = false } = {}): void {
    const names = new Set<string>();
    for (const id of ids) {
      const { entry, parent } = this.#movable(id);
      const comes = copies || parent !== to;
      if (this.#folder(to).has(entry.name) && comes) throw taken();
      if (names.has(entry.name)) throw taken();
      names.add(entry.name);
      if (this.#isWithin(to, id)) {
        throw new StorageError('invalid_argument', 'a folder cannot be put into itself');
      }
    }
  }

  /** @throws StorageError `not_found`, `forbidden`. */
  checkMovable(id: EntryId): void {
    this.#movable(id);
  }

  /** Takes an entry away with all below it. @throws StorageError `not_found`, `forbidden`. */
  remove(id: EntryId): void {
    const { entry, parent } = this.#movable(id);
    this.#folder(parent).delete(entry.name);
    this.#erase(id);
  }

  /** Puts an entry into the trash with all below it. @throws StorageError `not_found`, `forbidden`. */
  trash(id: EntryId): void {
    const { entry, parent } = this.#movable(id);
    this.#folder(parent).delete(entry.name);
    this.#trash.add(id);
  }

  /** What lies in the trash, and the folder that it lay in. */
  trashed(): readonly { readonly entry: Entry; readonly parent: EntryId }[] {
    return [...this.#trash].map((id) => this.#inTrash(id));
  }

  /**
   * Puts something from the trash back where it lay, or into `to` where that is gone.
   * @throws StorageError `not_found` for what isn't in the trash; `exists`.
   */
  untrash(id: EntryId, to: EntryId): Entry {
    const dir = this.checkUntrash(id, to);
    const { entry, content } = this.#inTrash(id);
    this.#trash.delete(id);
    this.#folder(dir).set(entry.name, id);
    this.#places.set(id, { entry, content, parent: dir, order: ++this.#made });
    return { ...entry, parent: dir };
  }

  /** The folder that `untrash` would put it into. @throws as `untrash`. */
  checkUntrash(id: EntryId, to: EntryId): EntryId {
    const { entry, parent } = this.#inTrash(id);
    const dir = this.has(parent) ? parent : to;
    this.checkFree(dir, entry.name);
    return dir;
  }

  /** @throws StorageError `not_found` for what isn't in the trash. */
  trashedName(id: EntryId): string {
    return this.#inTrash(id).entry.name;
  }

  /** Takes something in the trash away for good. @throws StorageError `not_found` for what isn't there. */
  purge(id: EntryId): void {
    this.#inTrash(id);
    this.#erase(id);
  }

  star(id: EntryId, starred: boolean): void {
    const place = this.#movable(id);
    const { starred: _, ...entry } = place.entry;
    this.#places.set(id, { ...place, entry: starred ? { ...entry, starred } : entry });
  }

  /** What is starred, and the folder that it lies in. */
  starred(): readonly Entry[] {
    return [...this.#places.values()].flatMap(({ entry, parent }) =>
      entry.starred === true && parent !== undefined && this.has(entry.id) ? [{ ...entry, parent }] : [],
    );
  }

  /** Bytes of all files, and of those in the trash. */
  space(): { readonly used: number; readonly trashed: number } {
    let [used, trashed] = [0, 0];
    for (const { entry } of this.#places.values()) {
      if (this.#isBuried(entry.id)) trashed += entry.size;
      else used += entry.size;
    }
    return { used, trashed };
  }

  /**
   * Checks that something can have a name. @param replaces what may have it.
   * @throws StorageError `not_found`, `not_a_folder`, `invalid_name`, `exists`; for `replaces` also `not_a_file`, `invalid_argument`.
   */
  checkFree(dir: EntryId, name: string, replaces?: EntryId): void {
    checkName(name);
    const holder = this.#folder(dir).get(name);
    if (replaces !== undefined && this.has(replaces) && this.file(replaces).parent !== dir) {
      throw new StorageError('invalid_argument', 'what is replaced is in another folder');
    }
    if (holder !== undefined && holder !== replaces) throw taken();
  }

  #plant(dir: EntryId, tree: MemoryTree): void {
    for (const [name, what] of Object.entries(tree)) {
      if (typeof what === 'string') this.addFile(dir, name, new TextEncoder().encode(what));
      else if (what instanceof Uint8Array) this.addFile(dir, name, what);
      else this.#plant(this.addFolder(dir, name).id, what);
    }
  }

  #add(dir: EntryId, what: Pick<Entry, 'name' | 'kind' | 'size'>, content: Uint8Array): Entry {
    this.checkFree(dir, what.name);
    const order = ++this.#made;
    const now = this.#now();
    const entry: Entry = { id: `m${order}`, ...what, created: now, modified: now };
    this.#places.set(entry.id, { entry, parent: dir, order, content });
    this.#folder(dir).set(entry.name, entry.id);
    return entry;
  }

  #folder(id: EntryId): Map<string, EntryId> {
    this.get(id);
    const children = this.#children.get(id);
    if (children === undefined) throw new StorageError('not_a_folder', 'not a folder');
    return children;
  }

  #movable(id: EntryId): Place & { readonly parent: EntryId } {
    const place = this.get(id);
    const { parent } = place;
    if (parent === undefined) throw new StorageError('forbidden', 'the root folder cannot be changed');
    return { ...place, parent };
  }

  #inTrash(id: EntryId): Place & { readonly parent: EntryId } {
    const place = this.#trash.has(id) ? this.#places.get(id) : undefined;
    if (place?.parent === undefined) throw new StorageError('not_found', 'the trash does not hold it');
    return { ...place, parent: place.parent };
  }

  #erase(id: EntryId): void {
    for (const child of this.#places.values()) if (child.parent === id) this.#erase(child.entry.id);
    this.#places.delete(id);
    this.#children.delete(id);
    this.#trash.delete(id);
  }

  #isBuried(id: EntryId): boolean {
    for (let at: EntryId | undefined = id; at !== undefined; at = this.#places.get(at)?.parent) {
      if (this.#trash.has(at)) return true;
    }
    return false;
  }

  #isWithin(id: EntryId, ancestor: EntryId): boolean {
    for (let at: EntryId | undefined = id; at !== undefined; at = this.get(at).parent) {
      if (at === ancestor) return true;
    }
    return false;
  }
}

function taken(): StorageError {
  return new StorageError('exists', 'the name is taken');
}
