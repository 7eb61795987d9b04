import type { Entry } from '../api/entries.ts';

/** What somebody wants to be done with entries of a folder. */
export type ArrangeWish =
  | { readonly what: 'move' | 'copy'; readonly entries: readonly Entry[] }
  | { readonly what: 'rename'; readonly entry: Entry };
