import type { ListingFault } from '../faults.ts';
import type { DriveNode } from './node.ts';

/** How many items a page holds under a fault; `limit` when it changes nothing of that. */
export function disturbedSize(fault: ListingFault | undefined, limit: number): number {
  if (fault?.kind === 'empty_page') return 0;
  return fault?.kind === 'short_page' ? Math.min(fault.items, limit) : limit;
}

/** `duplicate_names`: the second item takes the first one's name, as the service allows for folders (protocol reference §3.6). */
export function disturbNames(
  fault: ListingFault | undefined,
  items: readonly DriveNode[],
): readonly DriveNode[] {
  const [first, second] = items;
  if (fault?.kind !== 'duplicate_names' || first === undefined || second === undefined) return items;
  return items.with(1, { ...second, name: first.name });
}
