/** A run of bytes: `start` inclusive, `end` exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a `Range` header asks for. */
export type RangeRequest =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly range: ByteRange }
  | { readonly kind: 'parts'; readonly ranges: readonly ByteRange[] }
  | { readonly kind: 'unsatisfiable' };

const WHOLE: RangeRequest = { kind: 'whole' };
const UNSATISFIABLE: RangeRequest = { kind: 'unsatisfiable' };

/** A set of more ranges than this, as sent, is not looked at. */
const MAX_SPECS = 64;
/** Parts of one answer. Sets that come to more are answered with the whole body. */
const MAX_PARTS = 16;
/** Ranges with no more than this between them cost less as one (RFC 9110 §15.3.7.2). */
const SMALL_GAP = 100;

/**
 * Reads a `Range` header for a body of `size` bytes (RFC 9110 §14.1.2, §14.2).
 *
 * Another unit and a malformed set are answered with the whole body, which RFC 9110 §14.2 leaves to the server. Of several ranges, those that
 * overlap or nearly touch become one, in the order of the file; what is left of too many, or of more than the file holds, is the whole
 * body, for such sets are a known way to make a server send a file many times.
 * An empty body has no ranges either: players that always send `bytes=0-` get an empty 200, not an error.
 */
export function parseRange(header: string | undefined, size: number): RangeRequest {
  if (header === undefined || size === 0) return WHOLE;
  const set = /^bytes=(.*)$/is.exec(header)?.[1];
  if (set === undefined) return WHOLE;
  const specs = set.split(',', MAX_SPECS + 1).flatMap((part) => part.trim() || []);
  const [spec] = specs;
  if (spec === undefined || specs.length > MAX_SPECS) return WHOLE;
  if (specs.length === 1) return parseSpec(spec, size);
  const parsed = specs.map((each) => parseSpec(each, size));
  if (parsed.some(({ kind }) => kind === 'whole')) return WHOLE;
  const wanted = parsed.flatMap((each) => (each.kind === 'part' ? each.range : []));
  const sum = wanted.reduce((bytes, { start, end }) => bytes + end - start, 0);
  return sum > size ? WHOLE : asFew(coalesce(wanted));
}

function asFew(ranges: readonly ByteRange[]): RangeRequest {
  const [range] = ranges;
  if (range === undefined) return UNSATISFIABLE;
  if (ranges.length === 1) return { kind: 'part', range };
  return ranges.length > MAX_PARTS ? WHOLE : { kind: 'parts', ranges };
}

function coalesce(ranges: readonly ByteRange[]): ByteRange[] {
  const merged: ByteRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last === undefined || range.start > last.end + SMALL_GAP) merged.push(range);
    else merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
  }
  return merged;
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
