import type { IncomingHttpHeaders } from 'node:http';
import type { Entry } from '../core/entry.ts';

/** What a client can hold a copy by. Times are compared in whole seconds, as HTTP dates carry no more. */
export interface Validators {
  /** Quoted, as it goes into the header; absent when nothing tells two versions apart. */
  readonly etag?: string;
  /** Milliseconds since the epoch. */
  readonly modified?: number;
}

export type Precondition = 'go' | 'not_modified' | 'failed';

/**
 * Validators of a file, as AList makes them (API reference §4.5): the largest known hash, else the time and the size in hex.
 * A file without hash and time has none, since its size alone does not tell versions apart.
 */
export function validatorsOf(entry: Entry): Validators {
  const modified = entry.modified === undefined ? {} : { modified: entry.modified };
  const hash = Object.values(entry.hashes ?? {})
    .filter((value) => /^[\w+/=-]+$/.test(value))
    .toSorted()
    .at(-1);
  if (hash !== undefined) return { etag: `"${hash}"`, ...modified };
  if (entry.modified === undefined) return {};
  return { etag: `"${seconds(entry.modified).toString(16)}-${entry.size.toString(16)}"`, ...modified };
}

/** Evaluates the preconditions of a GET or HEAD in the order of RFC 9110 §13.2.2. Dates that can't be read count as absent. */
export function evaluatePreconditions(headers: IncomingHttpHeaders, current: Validators): Precondition {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined) {
    if (!listMatches(ifMatch, current.etag, strongly)) return 'failed';
  } else if (isAfter(current.modified, headers['if-unmodified-since']) === true) {
    return 'failed';
  }
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined) {
    return listMatches(ifNoneMatch, current.etag, weakly) ? 'not_modified' : 'go';
  }
  return isAfter(current.modified, headers['if-modified-since']) === false ? 'not_modified' : 'go';
}

/** Whether a `Range` still holds under `If-Range` (RFC 9110 §13.1.5): only for exactly the version that the client has. */
export function rangeHolds(ifRange: string | undefined, current: Validators): boolean {
  if (ifRange === undefined) return true;
  const value = ifRange.trim();
  if (value.startsWith('"') || value.startsWith('W/')) {
    return current.etag !== undefined && strongly(value, current.etag);
  }
  const date = Date.parse(value);
  return current.modified !== undefined && seconds(date) === seconds(current.modified);
}

type Comparison = (theirs: string, ours: string) => boolean;

const strongly: Comparison = (theirs, ours) => theirs === ours && !ours.startsWith('W/');
const weakly: Comparison = (theirs, ours) => theirs.replace(/^W\//, '') === ours.replace(/^W\//, '');

function listMatches(list: string, etag: string | undefined, same: Comparison): boolean {
  if (list.trim() === '*') return true;
  if (etag === undefined) return false;
  const tags = list.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((tag) => same(tag, etag));
}

/** Whether `modified` lies after the header's date; undefined when either is missing or can't be read. */
function isAfter(modified: number | undefined, header: string | undefined): boolean | undefined {
  if (modified === undefined || header === undefined) return undefined;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : seconds(modified) > seconds(date);
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
