/** A run of bytes: `start` inclusive, `end` exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a `Range` header asks for. */
export type RangeRequest =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly range: ByteRange }
  | { readonly kind: 'unsatisfiable' };

const WHOLE: RangeRequest = { kind: 'whole' };
const UNSATISFIABLE: RangeRequest = { kind: 'unsatisfiable' };

/**
 * Reads a `Range` header for a body of `size` bytes (RFC 9110 §14.1.2, §14.2).
 *
 * Another unit, a malformed set or a set of several ranges is answered with the whole body, which RFC 9110 §14.2 leaves to the server:
 * no media client asks for several, and overlapping sets are a known way to make a server send a file many times.
 * An empty body has no ranges either: players that always send `bytes=0-` get an empty 200, not an error.
 */
export function parseRange(header: string | undefined, size: number): RangeRequest {
  if (header === undefined || size === 0) return WHOLE;
  const set = /^bytes=(.*)$/is.exec(header)?.[1];
  if (set === undefined) return WHOLE;
  const specs = set.split(',').flatMap((part) => part.trim() || []);
  const [spec] = specs;
  return spec === undefined || specs.length > 1 ? WHOLE : parseSpec(spec, size);
}

function parseSpec(spec: string, size: number): RangeRequest {
  const match = /^(\d*)-(\d*)$/.exec(spec);
  if (!match) return WHOLE;
  const [, first = '', last = ''] = match;
  if (first === '') return last === '' ? WHOLE : suffix(Number(last), size);
  const start = Number(first);
  const lastByte = last === '' ? size - 1 : Number(last);
  if (last !== '' && lastByte < start) return WHOLE;
  if (start >= size) return UNSATISFIABLE;
  return { kind: 'part', range: { start, end: Math.min(lastByte, size - 1) + 1 } };
}

function suffix(length: number, size: number): RangeRequest {
  if (length === 0) return UNSATISFIABLE;
  return { kind: 'part', range: { start: Math.max(0, size - length), end: size } };
}

/** The `Content-Range` of a part of a body (RFC 9110 §14.4). */
export function contentRange(range: ByteRange, size: number): string {
  return `bytes ${range.start}-${range.end - 1}/${size}`;
}

/** A parsed `Content-Range`; `total` is absent when the sender doesn't know it (`*`). */
export interface ContentRange {
  /** Absent for the form of a 416, `bytes * /size`. */
  readonly range?: ByteRange;
  readonly total?: number;
}

/** Reads an upstream's `Content-Range`; undefined when it is not one that can be relied on. */
export function parseContentRange(header: string | undefined): ContentRange | undefined {
  const match = /^bytes (?:(\d{1,16})-(\d{1,16})|\*)\/(\d{1,16}|\*)$/i.exec(header?.trim() ?? '');
  if (!match) return undefined;
  const [, first, last, total] = match;
  const known = total === '*' || total === undefined ? {} : { total: Number(total) };
  if (first === undefined || last === undefined) return known;
  const range = { start: Number(first), end: Number(last) + 1 };
  if (range.end <= range.start || (known.total !== undefined && range.end > known.total)) return undefined;
  return { range, ...known };
}
