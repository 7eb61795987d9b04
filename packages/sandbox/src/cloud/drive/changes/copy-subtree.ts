import type { FreshIds } from '../../ids.ts';
import type { DriveNode } from '../node.ts';
import type { DriveTree } from '../tree.ts';

/** Bytes that copies of the items take (rule F14). */
export function copySize(tree: DriveTree, items: readonly DriveNode[]): number {
  return items
    .flatMap((node) => tree.subtree(node, isCopied))
    .reduce((sum, node) => sum + (node.kind === 'file' && isCopied(node) ? node.content.blob.size : 0), 0);
}

/**
 * Copies an item and what lies below it: new ids, the same content, the time of the copy, no star (guess). `node` is the original
 * with the copy's parent and name. Returns the copy's id.
 */
export function copySubtree(
  tree: DriveTree,
  node: DriveNode,
  how: { readonly at: number; readonly ids: FreshIds },
): string {
  const id = how.ids.item();
  const copy = { ...node, id, createdAt: how.at, modifiedAt: how.at, starred: false };
  const children = node.kind === 'folder' ? tree.children(node.id).filter(isCopied) : [];
  tree.add(copy.kind === 'folder' ? { ...copy, folderType: 'NORMAL' } : copy);
  for (const child of children) copySubtree(tree, { ...child, parentId: id }, how);
  return id;
}

/**
 * Copies an item of another drive, and what lies below it, under the id `how.id`; otherwise as `copySubtree`.
 */
export function copyAcross(
  from: DriveTree,
  node: DriveNode,
  how: { readonly to: DriveTree; readonly at: number; readonly ids: FreshIds; readonly id: string },
): void {
  const copy = { ...node, id: how.id, createdAt: how.at, modifiedAt: how.at, starred: false };
  how.to.add(copy.kind === 'folder' ? { ...copy, folderType: 'NORMAL' } : copy);
  if (node.kind === 'file') return;
  for (const child of from.children(node.id).filter(isCopied)) {
    copyAcross(from, { ...child, parentId: how.id }, { ...how, id: how.ids.item() });
  }
}

/** Neither trashed items nor unfinished uploads (guess). */
function isCopied(node: DriveNode): boolean {
  return node.purgeAt === undefined && node.phase === 'PHASE_TYPE_COMPLETE';
}
