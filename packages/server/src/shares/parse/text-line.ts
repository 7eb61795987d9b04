import type { DriverType } from '../../core/driver.ts';
import type { ShareAddresses, SharedPlace } from '../../core/share-address.ts';

/** A kind of storage and the addresses it mounts. */
export interface AddressKind {
  readonly kind: string;
  readonly addresses: ShareAddresses;
}

/** The kinds of storage that mount what somebody shared. */
export function addressKinds(types: readonly DriverType<unknown>[]): AddressKind[] {
  return types.flatMap(({ kind, shares }) => (shares === undefined ? [] : [{ kind, addresses: shares }]));
}

/** An address in a line. */
export interface LineAddress {
  readonly kind: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** undefined when it is no share. */
  readonly place: SharedPlace | undefined;
}

export interface TextLine {
  /** From 1; 0 for every empty line. */
  readonly number: number;
  readonly text: string;
  readonly addresses: readonly LineAddress[];
}

/** One for all, so that a file of millions of them costs little. Its number is never told. */
const EMPTY: TextLine = { number: 0, text: '', addresses: [] };

const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]/g;

/** The lines of a text with the addresses in them. What pasting does to addresses (escaped slashes, entities) is undone. */
export function readLines(text: string, kinds: readonly AddressKind[]): TextLine[] {
  const plain = text.replace(INVISIBLE, '').replaceAll('\\/', '/').replaceAll('&amp;', '&');
  return plain
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line, index) =>
      line.trim() === '' ? EMPTY : { number: index + 1, text: line, addresses: addressesIn(line, kinds) },
    );
}

/** The addresses in one line, in their order. */
export function addressesIn(line: string, kinds: readonly AddressKind[]): LineAddress[] {
  const found = kinds.flatMap(({ kind, addresses }) =>
    [...line.matchAll(addresses.pattern)].map((match) => {
      const text = match[0].replace(/[.,;:!?]+$/, '');
      return {
        kind,
        text,
        start: match.index,
        end: match.index + text.length,
        place: addresses.read(text),
      };
    }),
  );
  return kinds.length > 1 ? found.sort((a, b) => a.start - b.start) : found;
}
