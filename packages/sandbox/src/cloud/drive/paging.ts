import { invalidArgument } from '../refusal.ts';
import type { SealedTokens } from '../sealed-tokens.ts';
import { asRecord, parseJson } from '../request.ts';
import { compareNodes, type NodePlace } from './tree.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;
/** Before every item. */
const START: NodePlace = { createdAt: Number.MAX_SAFE_INTEGER, id: '' };

/** What a page is cut from: items in listing order. */
export interface PageRequest<T extends NodePlace> {
  readonly items: readonly T[];
  /** The query that a token belongs to: a token from another one is refused (rule F2). */
  readonly scope: string;
  readonly limit: number;
  /** '' for the first page. */
  readonly token: string;
  /** How many items to hand out instead of `limit`: a short or empty page that is not the last (rule F3). */
  readonly take?: number;
}

export interface PageCutter {
  /** The page, and the token for the next one ('' after the last). @throws Refusal 400 code 3 for a foreign or stale token. */
  cut<T extends NodePlace>(page: PageRequest<T>): { readonly items: readonly T[]; readonly next: string };
}

/** Pages by the place of their last item, so that items which come and go between two pages shift nothing (rule F3). */
export function createPageCutter(tokens: SealedTokens, lifeMs: number): PageCutter {
  return {
    cut: ({ items, scope, limit, token, take = limit }) => {
      const fullScope = `page ${limit} ${scope}`;
      const after = token === '' ? START : placeOf(tokens.open(fullScope, token));
      const from = firstAfter(items, after);
      const page = items.slice(from, from + take);
      if (from + take >= items.length) return { items: page, next: '' };
      const { createdAt, id } = page.at(-1) ?? after;
      return { items: page, next: tokens.seal(fullScope, JSON.stringify({ createdAt, id }), lifeMs) };
    },
  };
}

/** The page size: 100 unless said, at most 500 for files (rule F2). That 0 means the default is a guess. */
export function pageLimit(text: string | null, max = MAX_LIMIT): number {
  if (text === null || text === '') return DEFAULT_LIMIT;
  if (!/^\d{1,9}$/.test(text)) throw invalidArgument('limit is not a number');
  const limit = Number(text);
  return limit === 0 ? DEFAULT_LIMIT : Math.min(limit, max);
}

function placeOf(value: string | undefined): NodePlace {
  const place = asRecord(parseJson(value ?? ''));
  const createdAt = place?.['createdAt'];
  const id = place?.['id'];
  if (typeof createdAt !== 'number' || typeof id !== 'string') throw invalidArgument('page_token is invalid');
  return { createdAt, id };
}

function firstAfter(items: readonly NodePlace[], place: NodePlace): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && compareNodes(item, place) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
