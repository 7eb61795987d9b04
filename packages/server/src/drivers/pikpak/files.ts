import { StorageError } from '../../core/errors.ts';
import type { Entry } from '../../core/entry.ts';
import type { WireFile } from './wire.ts';

const GCID = /^[0-9a-f]{40}$/i;
const MD5 = /^[0-9a-f]{32}$/i;
/** Ids are of the URL-safe base64 alphabet (protocol reference §0.2). */
const ID = /^[\w-]{1,128}$/;

/** A file or folder of PikPak as everyone else sees it. */
export function entryOf(file: WireFile): Entry {
  const hashes = {
    ...(GCID.test(file.gcid) ? { gcid: file.gcid.toUpperCase() } : {}),
    ...(MD5.test(file.md5) ? { md5: file.md5.toLowerCase() } : {}),
  };
  return {
    id: file.id,
    name: shownName(file.name),
    kind: file.folder ? 'folder' : 'file',
    size: file.folder ? 0 : file.size,
    ...(file.modified === undefined ? {} : { modified: file.modified }),
    ...(file.created === undefined ? {} : { created: file.created }),
    ...(Object.keys(hashes).length === 0 ? {} : { hashes }),
    ...(file.thumbnail.startsWith('https://') ? { thumbnail: file.thumbnail } : {}),
    ...(file.folder || file.mimeType === '' ? {} : { mimeType: file.mimeType }),
    ...(file.starred ? { starred: true } : {}),
  };
}

/** The same, with the folder it lies in. */
export function placedEntryOf(file: WireFile): Entry {
  return { ...entryOf(file), parent: file.parentId };
}

/** The folder that a storage starts at. It is known without asking. */
export function rootEntry(id: string): Entry {
  return { id, name: '', kind: 'folder', size: 0 };
}

/** @throws StorageError `not_found` for text that can't be an id, before it gets into a URL. */
export function checkedId(id: string): string {
  if (ID.test(id)) return id;
  throw new StorageError('not_found', 'PikPak has no such file or folder.');
}

/**
 * A name that can be one segment of a path. PikPak refuses or changes most of what could not (§3.13), but shared and downloaded
 * files come from elsewhere: such characters are shown as their full-width twins, and the id still leads to the file.
 */
export function shownName(name: string): string {
  if (name === '.' || name === '..') return name.replaceAll('.', '．');
  return name.toWellFormed().replaceAll('/', '／').replaceAll('\\', '＼').replaceAll('\0', '␀');
}
