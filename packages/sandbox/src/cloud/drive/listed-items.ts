import { fileNotFound } from '../refusal.ts';
import type { Drive } from './drive.ts';
import type { DriveNode } from './node.ts';

/** An item as a listing looks at it. */
export type ListedNode = DriveNode & {
  /** It lies in a trashed folder without being marked as trashed itself: neither a live item nor one of the trash (rule F15). */
  readonly buried?: true;
};

const EVERYWHERE = '*';

/**
 * What `parent_id` names, before filters: a folder's items, the root's for '', every item for `*`.
 *
 * @param marksChildren whether items below a trashed folder say that they are trashed (rule F15)
 * @throws Refusal 404 for a folder that does not exist (rule F1)
 */
export function listedItems(
  { tree }: Drive,
  parentId: string,
  marksChildren: boolean,
): readonly ListedNode[] {
  const judge = (node: DriveNode): ListedNode => {
    const purgeAt = node.purgeAt === undefined ? tree.purgeTimeOf(node) : undefined;
    if (purgeAt === undefined) return node;
    return marksChildren ? { ...node, purgeAt } : { ...node, buried: true };
  };
  if (parentId === EVERYWHERE)
    return tree.trashed().some((node) => node.kind === 'folder') ? tree.all().map(judge) : tree.all();
  if (parentId === '') return tree.children('');
  const folder = tree.get(parentId);
  if (folder?.kind !== 'folder') throw fileNotFound();
  const items = tree.children(parentId);
  return tree.purgeTimeOf(folder) === undefined ? items : items.map(judge);
}
