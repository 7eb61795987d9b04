import type { DriveNode } from './node.ts';

const NONE: readonly DriveNode[] = [];

/** The items of one drive, live and trashed. */
export class DriveTree {
  readonly #nodes = new Map<string, DriveNode>();
  readonly #children = new Map<string, DriveNode[]>();
  /** Folders whose children were added to since they were last put in order. */
  readonly #unsorted = new Set<string>();

  add(node: DriveNode): void {
    this.#nodes.set(node.id, node);
    const siblings = this.#children.get(node.parentId);
    if (siblings === undefined) this.#children.set(node.parentId, [node]);
    else siblings.push(node);
    this.#unsorted.add(node.parentId);
  }

  get(id: string): DriveNode | undefined {
    return this.#nodes.get(id);
  }

  /** Items of a folder ('' for the root) in listing order, which never changes for items that stay (rule F3). */
  children(parentId: string): readonly DriveNode[] {
    const siblings = this.#children.get(parentId);
    if (siblings === undefined) return NONE;
    if (this.#unsorted.delete(parentId)) siblings.sort(compareNodes);
    return siblings;
  }

  /** Every item of the drive in listing order. */
  all(): readonly DriveNode[] {
    return [...this.#nodes.values()].sort(compareNodes);
  }

  /** True when the item is one of `roots` or lies below one. */
  isWithin(id: string, roots: ReadonlySet<string>): boolean {
    for (let node = this.get(id); node !== undefined; node = this.get(node.parentId))
      if (roots.has(node.id)) return true;
    return false;
  }

  /** Bytes of all complete files, trashed ones included (rule F20). */
  usage(): { readonly total: number; readonly trashed: number } {
    let total = 0;
    let trashed = 0;
    for (const node of this.#nodes.values()) {
      if (node.kind === 'folder' || node.phase !== 'PHASE_TYPE_COMPLETE') continue;
      total += node.content.blob.size;
      if (node.purgeAt !== undefined) trashed += node.content.blob.size;
    }
    return { total, trashed };
  }
}

/**
 * Newest first, then by id. The service promises no order, and newest change first is what the reference supposes (§3.2); time
 * of creation is taken here, because it never changes.
 */
export function compareNodes(a: NodePlace, b: NodePlace): number {
  return b.createdAt - a.createdAt || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/** A place in listing order. */
export type NodePlace = Pick<DriveNode, 'createdAt' | 'id'>;
