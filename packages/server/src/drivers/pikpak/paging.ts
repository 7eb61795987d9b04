import type { EntryId, EntryPage } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import type { Log } from '../../core/runtime.ts';
import { entryOf } from './files.ts';
import type { WireFilePage } from './wire.ts';

/** Listings show what is there with all its bytes (protocol reference §3.2, §6.3). */
export const LIVE_FILTER = JSON.stringify({ phase: { eq: 'PHASE_TYPE_COMPLETE' }, trashed: { eq: false } });

/** In place of a folder's id (protocol reference §0.2). */
export const EVERYWHERE = '*';

const COMPLETE = { phase: { eq: 'PHASE_TYPE_COMPLETE' } };

/** All that lies in the trash, wherever it lay (protocol reference §3.10). */
export const TRASH = {
  parent: EVERYWHERE,
  filters: JSON.stringify({ ...COMPLETE, trashed: { eq: true } }),
} as const satisfies ListScope;

/** Starred items, wherever they lie (protocol reference §3.2). */
export const STARRED = {
  parent: EVERYWHERE,
  filters: JSON.stringify({ ...COMPLETE, trashed: { eq: false }, system_tag: { in: 'STAR' } }),
} as const satisfies ListScope;

/** What of a drive is listed. */
export interface ListScope {
  /** A folder's id, or `EVERYWHERE`. */
  readonly parent: string;
  readonly filters: string;
}

/** What lies in a folder, live and with all its bytes. */
export function contentOf(folder: EntryId): ListScope {
  return { parent: folder, filters: LIVE_FILTER };
}

/** Where in a listing a page lies. `pageToken` is '' for the first one. */
export interface PagePlace {
  readonly folder: EntryId;
  readonly pageToken: string;
}

/**
 * A page as everyone else sees it.
 * @throws StorageError `protocol` (later) when PikPak leads back to the page it has just given.
 */
export function toEntryPage(page: WireFilePage, { folder, pageToken }: PagePlace, log: Log): EntryPage {
  if (page.unreadable > 0) {
    log.warn({ vendor: 'PikPak', count: page.unreadable }, 'left out entries that could not be read');
  }
  const entries = page.files.filter((file) => file.present).map(entryOf);
  return { entries, ...cursorBehind(page, { folder, pageToken }) };
}

/** The cursor of the page behind this one; nothing on the last. @throws StorageError as `toEntryPage`. */
export function cursorBehind(
  { nextPageToken }: Pick<WireFilePage, 'nextPageToken'>,
  { folder, pageToken }: PagePlace,
): { readonly next?: string } {
  if (nextPageToken === pageToken && pageToken !== '') {
    throw new StorageError('protocol', 'PikPak gives the same page again and again.', { retry: 'later' });
  }
  return nextPageToken === '' ? {} : { next: `${folder}:${nextPageToken}` };
}

/**
 * PikPak's token in a cursor; '' without one. A cursor holds for its own folder only. Ids have no colon.
 * @throws StorageError `invalid_argument` for another folder's cursor, and for text that is none.
 */
export function pageTokenOf(cursor: string | undefined, folder: EntryId): string {
  if (cursor === undefined) return '';
  const token = cursor.startsWith(`${folder}:`) ? cursor.slice(folder.length + 1) : '';
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new StorageError('invalid_argument', 'The cursor does not belong to this folder.');
}
