import type { EntryId, EntryPage } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';
import type { Log } from '../../core/runtime.ts';
import { entryOf } from './files.ts';
import type { WireFilePage } from './wire.ts';

/** Listings show what is there with all its bytes (protocol reference §3.2, §6.3). */
export const LIVE_FILTER = JSON.stringify({ phase: { eq: 'PHASE_TYPE_COMPLETE' }, trashed: { eq: false } });

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
  if (page.nextPageToken === pageToken && pageToken !== '') {
    throw new StorageError('protocol', 'PikPak gives the same page again and again.', { retry: 'later' });
  }
  const entries = page.files.filter((file) => file.present).map(entryOf);
  return page.nextPageToken === '' ? { entries } : { entries, next: `${folder}:${page.nextPageToken}` };
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
