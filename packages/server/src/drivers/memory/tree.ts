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
    if (place === undefined) throw new StorageError('not_found', 'object not found');
    return place;
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

  /** @throws StorageError as `addFolder`. */
  addFile(dir: EntryId, name: string, content: Uint8Array): Entry {
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

  /** Takes an entry away with all below it, and answers with the bytes that this frees. @throws StorageError `not_found`, `forbidden`. */
  remove(id: EntryId): number {
    const { entry, parent } = this.#movable(id);
    const below = entry.kind === 'folder' ? [...this.#folder(id).values()] : [];
    const freed = below.reduce((sum, child) => sum + this.remove(child), entry.size);
    this.#folder(parent).delete(entry.name);
    this.#places.delete(id);
    this.#children.delete(id);
    return freed;
  }

  /** Bytes of all files. */
  used(): number {
    return [...this.#places.values()].reduce((sum, { entry }) => sum + entry.size, 0);
  }

  /** @throws StorageError `not_found`, `not_a_folder`, `invalid_name`, `exists`. */
  checkFree(dir: EntryId, name: string): void {
    checkName(name);
    if (this.#folder(dir).has(name)) throw new StorageError('exists', 'the name is taken');
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

  #isWithin(id: EntryId, ancestor: EntryId): boolean {
    for (let at: EntryId | undefined = id; at !== undefined; at = this.get(at).parent) {
      if (at === ancestor) return true;
    }
    return false;
  }
}
