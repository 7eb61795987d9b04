import type { DriveNode } from './node.ts';

const NONE: readonly DriveNode[] = [];

/** The items of one drive, live and trashed. */
export class DriveTree {
  readonly #nodes = new Map<string, DriveNode>();
  readonly #children = new Map<string, DriveNode[]>();
  /** Folders whose children were added to since they were last put in order. */
  readonly #unsorted = new Set<string>();
  /** Items that were trashed themselves. */
  readonly #trashed = new Set<string>();

  add(node: DriveNode): void {
    this.#put(node);
    const siblings = this.#children.get(node.parentId);
    if (siblings === undefined) this.#children.set(node.parentId, [node]);
    else siblings.push(node);
    this.#unsorted.add(node.parentId);
  }

  /** Puts a changed item where the one with its id was, under another parent if it has one. Unknown ids are added. */
  replace(node: DriveNode): void {
    const old = this.#nodes.get(node.id);
    const siblings = this.#children.get(node.parentId);
    if (old?.parentId === node.parentId && siblings !== undefined) {
      siblings[siblings.indexOf(old)] = node;
      this.#put(node);
      return;
    }
    this.remove(node.id);
    this.add(node);
  }

  /** Takes one item out; those below it stay, without a way to them. */
  remove(id: string): void {
    const node = this.#nodes.get(id);
    if (node === undefined) return;
    this.#nodes.delete(id);
    this.#trashed.delete(id);
    const siblings = this.#children.get(node.parentId) ?? [];
    siblings.splice(siblings.lastIndexOf(node), 1);
    if (siblings.length === 0) this.#children.delete(node.parentId);
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

  /** When the item will be purged: its own time, else that of the trashed folder that it lies in; undefined for a live one. */
  purgeTimeOf(node: DriveNode): number | undefined {
    for (let at: DriveNode | undefined = node; at !== undefined; at = this.get(at.parentId))
      if (at.purgeAt !== undefined) return at.purgeAt;
    return undefined;
  }

  /** Items that were trashed themselves; what lies below them is not among them. */
  trashed(): DriveNode[] {
    return [...this.#trashed].flatMap((id) => this.#nodes.get(id) ?? []);
  }

  /** The item and all that lies below it, itself first. Items below that are not `wanted` are left out with all they hold. */
  subtree(node: DriveNode, wanted: (below: DriveNode) => boolean = () => true): DriveNode[] {
    const below = node.kind === 'folder' ? this.children(node.id).filter(wanted) : NONE;
    return [node, ...below.flatMap((child) => this.subtree(child, wanted))];
  }

  /** Bytes of all complete files, trashed ones and what lies in trashed folders included (rule F20). */
  usage(): { readonly total: number; readonly trashed: number } {
    let total = 0;
    let trashed = 0;
    for (const node of this.#nodes.values()) {
      if (node.kind === 'folder' || node.phase !== 'PHASE_TYPE_COMPLETE') continue;
      total += node.content.blob.size;
      if (this.purgeTimeOf(node) !== undefined) trashed += node.content.blob.size;
    }
    return { total, trashed };
  }

  #put(node: DriveNode): void {
    this.#nodes.set(node.id, node);
    if (node.purgeAt === undefined) this.#trashed.delete(node.id);
    else this.#trashed.add(node.id);
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
