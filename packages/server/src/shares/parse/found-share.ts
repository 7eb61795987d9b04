import type { SharedPlace } from '../../core/share-address.ts';

/** A share that somebody's text names. */
export interface FoundShare {
  /** The driver kind whose storages show it. */
  readonly kind: string;
  readonly place: SharedPlace;
  /** The address as it stood there. */
  readonly address: string;
  /** Where it stood, from 1. */
  readonly line: number;
  /** What the text calls it; absent when the text says nothing, and the share's own title will have to do. */
  readonly name?: string;
  /** The heading, YAML key or column that it stood under. */
  readonly category?: string;
}

/** An address on a vendor's host that can't be mounted. */
export interface UnusableAddress {
  readonly address: string;
  readonly line: number;
  readonly reason: 'not_a_share' | 'too_many';
}

/** All that a text has to say of shares. Nothing that looks like an address is left out of all three. */
export interface ParsedShares {
  readonly shares: readonly FoundShare[];
  readonly unusable: readonly UnusableAddress[];
  /** Addresses that named a place once more. Their names and pass codes went to the first where it had none. */
  readonly repeated: number;
}
