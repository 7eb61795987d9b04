import { StorageError } from '../core/errors.ts';
import { segmentsOf, type TreePath } from '../core/path.ts';
import type { Mount } from './mount.ts';

/** The mount that a path lies in, and the segments of the path below its mount point. */
export interface Located {
  readonly mount: Mount;
  readonly below: readonly string[];
}

/** A folder's child that exists because something is mounted there or deeper. */
export interface MountChild {
  readonly name: string;
  /** What is mounted right here; absent when mounts only lie deeper. */
  readonly mount?: Mount;
  /** The first, in the table's order, of the mounts here and deeper. */
  readonly first: Mount;
}

/**
 * Which storage stands where. Paths are compared by whole segments; look-ups take as many steps as the path has segments, however
 * many mounts there are. Changes are synchronous, so that nobody sees half of one. The order is the storages' `order`, then their
 * paths.
 */
export interface MountTable {
  /** The deepest mount at or above `path`. */
  locate(path: TreePath): Located | undefined;
  /** One child for each next segment of the mounts below `path`, in order. Several mounts behind one segment are one child. */
  children(path: TreePath): readonly MountChild[];
  byId(id: number): Mount | undefined;
  /** All mounts in order. */
  all(): readonly Mount[];
  readonly size: number;
  /** @throws StorageError `exists` when the path or the storage is mounted already; `invalid_argument` for a disabled storage. */
  mount(mount: Mount): void;
  /** Takes a storage out and hands it back, to be closed; undefined when it isn't mounted. */
  unmount(id: number): Mount | undefined;
  /**
   * Puts a mount in the place of the one with the same storage id, elsewhere in the tree if its path differs, in one step.
   * Gives the mount it took out, to be closed. On an error the old one stays. @throws StorageError as `mount`.
   */
  replace(mount: Mount): Mount | undefined;
}

/** An empty table. @param onRemoved told of every mount that has left the table */
export function createMountTable(onRemoved: (mount: Mount) => void = () => {}): MountTable {
  return new Trie(onRemoved);
}

interface Point {
  readonly name: string;
  readonly below: Map<string, Point>;
  mount: Mount | undefined;
  /** The children in order, until something changes at or below this point. */
  children: readonly MountChild[] | undefined;
}

class Trie implements MountTable {
  readonly #root = newPoint('');
  readonly #byId = new Map<number, Mount>();
  readonly #onRemoved: (mount: Mount) => void;

  constructor(onRemoved: (mount: Mount) => void) {
    this.#onRemoved = onRemoved;
  }

  get size(): number {
    return this.#byId.size;
  }

  locate(path: TreePath): Located | undefined {
    const segments = segmentsOf(path);
    let point: Point | undefined = this.#root;
    let mount = point.mount;
    let depth = 0;
    for (const [index, segment] of segments.entries()) {
      point = point.below.get(segment);
      if (point === undefined) break;
      if (point.mount === undefined) continue;
      mount = point.mount;
      depth = index + 1;
    }
    return mount === undefined ? undefined : { mount, below: segments.slice(depth) };
  }

  children(path: TreePath): readonly MountChild[] {
    const point = this.#pointAt(path);
    return point === undefined ? [] : childrenOf(point);
  }

  byId(id: number): Mount | undefined {
    return this.#byId.get(id);
  }

  all(): readonly Mount[] {
    return [...this.#byId.values()].sort(inOrder);
  }

  mount(mount: Mount): void {
    this.#check(mount);
    if (this.#byId.has(mount.record.id)) throw new StorageError('exists', 'this storage is mounted already');
    this.#put(mount);
  }

  unmount(id: number): Mount | undefined {
    const mount = this.#byId.get(id);
    if (mount === undefined) return undefined;
    this.#take(mount);
    this.#onRemoved(mount);
    return mount;
  }

  replace(mount: Mount): Mount | undefined {
    this.#check(mount);
    const old = this.#byId.get(mount.record.id);
    if (old !== undefined) this.#take(old);
    this.#put(mount);
    if (old !== undefined) this.#onRemoved(old);
    return old;
  }

  #check({ record }: Mount): void {
    if (record.disabled) throw new StorageError('invalid_argument', 'a disabled storage cannot be mounted');
    const holder = this.#pointAt(record.mountPath)?.mount;
    if (holder === undefined || holder.record.id === record.id) return;
    throw new StorageError('exists', 'the mount path is taken', {
      detail: { remedy: 'Choose another mount path.' },
    });
  }

  #pointAt(path: TreePath): Point | undefined {
    let point: Point | undefined = this.#root;
    for (const segment of segmentsOf(path)) point = point?.below.get(segment);
    return point;
  }

  #put(mount: Mount): void {
    let point = this.#root;
    point.children = undefined;
    for (const segment of segmentsOf(mount.record.mountPath)) {
      const next = point.below.get(segment) ?? newPoint(segment);
      point.below.set(segment, next);
      next.children = undefined;
      point = next;
    }
    point.mount = mount;
    this.#byId.set(mount.record.id, mount);
  }

  /** Takes a mount out, together with the points that led only to it. */
  #take(mount: Mount): void {
    const way = [this.#root];
    for (const segment of segmentsOf(mount.record.mountPath)) {
      const next = way.at(-1)?.below.get(segment);
      if (next !== undefined) way.push(next);
    }
    const last = way.at(-1);
    if (last !== undefined) last.mount = undefined;
    for (const [index, point] of [...way.entries()].reverse()) {
      point.children = undefined;
      const empty = point.mount === undefined && point.below.size === 0;
      if (empty) way[index - 1]?.below.delete(point.name);
    }
    this.#byId.delete(mount.record.id);
  }
}

function newPoint(name: string): Point {
  return { name, below: new Map(), mount: undefined, children: undefined };
}

function childrenOf(point: Point): readonly MountChild[] {
  point.children ??= [...point.below.values()].flatMap(childAt).sort((a, b) => inOrder(a.first, b.first));
  return point.children;
}

function childAt(point: Point): MountChild[] {
  const { name, mount } = point;
  const deeper = childrenOf(point)[0]?.first;
  if (mount === undefined) return deeper === undefined ? [] : [{ name, first: deeper }];
  const first = deeper !== undefined && inOrder(deeper, mount) < 0 ? deeper : mount;
  return [{ name, mount, first }];
}

/** Never 0 for two mounts of one table, since no two have the same path. */
function inOrder(a: Mount, b: Mount): number {
  return a.record.order - b.record.order || (a.record.mountPath < b.record.mountPath ? -1 : 1);
}
