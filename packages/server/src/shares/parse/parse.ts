import type { FoundShare, ParsedShares, UnusableAddress } from './found-share.ts';
import { parseTable } from './table.ts';
import { parseText } from './text.ts';
import type { AddressKind } from './text-line.ts';

/** Most shares that one import takes. */
export const MAX_SHARES = 20_000;

/**
 * Finds the shares that a text names: free text, CSV with headings, YAML of categories (alist_batch's `pik_share.yaml`, API reference
 * §8.1). Takes time in proportion to the text, whatever is in it.
 */
export function parseShares(text: string, kinds: readonly AddressKind[]): ParsedShares {
  const { shares, unusable } = parseTable(text, kinds) ?? parseText(text, kinds);
  return withoutRepetitions(shares, unusable);
}

function withoutRepetitions(
  found: readonly FoundShare[],
  unusable: readonly UnusableAddress[],
): ParsedShares {
  const byPlace = new Map<string, FoundShare>();
  const tooMany: UnusableAddress[] = [];
  let repeated = 0;
  for (const share of found) {
    const key = `${share.kind} ${share.place.shareId} ${share.place.targetId}`;
    const first = byPlace.get(key);
    if (first !== undefined) {
      repeated += 1;
      byPlace.set(key, merged(first, share));
    } else if (byPlace.size < MAX_SHARES) byPlace.set(key, share);
    else tooMany.push({ address: share.address, line: share.line, reason: 'too_many' });
  }
  return { shares: [...byPlace.values()], unusable: [...unusable, ...tooMany], repeated };
}

/** The first with what only the second knows. */
function merged(first: FoundShare, second: FoundShare): FoundShare {
  const passCode = first.place.passCode || second.place.passCode;
  const name = first.name ?? second.name;
  const category = first.category ?? second.category;
  return {
    ...first,
    place: { ...first.place, passCode },
    ...(name === undefined ? {} : { name }),
    ...(category === undefined ? {} : { category }),
  };
}
