import { StorageError } from '../../core/errors.ts';
import type { EntryId } from '../../core/entry.ts';

/**
 * Ids are paths below the storage's folder: `/` and `/a/b`. File names are bytes on disk and need not be UTF-8, so a byte that is no
 * part of valid UTF-8 is written as `%E9`, and `%` itself as `%25`. Every name has one spelling; any other is refused.
 */
export const ROOT_ID: EntryId = '/';

/** A file name as the disk has it. */
export type RawName = Buffer;

/** The id of entry `name` in folder `dir`. */
export function childId(dir: EntryId, name: RawName): EntryId {
  return `${dir === ROOT_ID ? '' : dir}/${encodeName(name)}`;
}

/** The id of the folder that holds `id`. The root is its own. */
export function parentId(id: EntryId): EntryId {
  return id.slice(0, Math.max(1, id.lastIndexOf('/')));
}

/** The name of what `id` stands for. @throws StorageError as `namesOf`; the root has none. */
export function nameOf(id: EntryId): RawName {
  const name = namesOf(id).at(-1);
  if (name === undefined) throw wrongId();
  return name;
}

/**
 * The names that lead from the root to `id`.
 * @throws StorageError `invalid_argument` for anything that this driver did not make: `..`, NUL, double slashes, other spellings.
 */
export function namesOf(id: EntryId): RawName[] {
  if (id === ROOT_ID) return [];
  const [first, ...segments] = id.split('/');
  if (first !== '' || segments.length === 0) throw wrongId();
  return segments.map((segment) => {
    const name = decodeName(segment);
    if (name === undefined) throw wrongId();
    return name;
  });
}

/** A name as a segment of an id. */
export function encodeName(name: RawName): string {
  return spell(name, {
    text: (text) => text.replaceAll('%', '%25'),
    byte: (byte) => `%${hex(byte)}`,
  });
}

/** The name that a segment stands for; undefined when it is not what `encodeName` makes. */
export function decodeName(segment: string): RawName | undefined {
  const parts = segment.split(/(%[0-9A-F]{2})/);
  const bytes = parts.map((part, index) =>
    index % 2 === 1 ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part),
  );
  const name = Buffer.concat(bytes);
  if (name.length === 0 || name.includes(0) || name.includes(0x2f)) return undefined;
  const text = name.toString('latin1');
  if (text === '.' || text === '..') return undefined;
  return encodeName(name) === segment ? name : undefined;
}

/** A name for people: a byte that is no part of valid UTF-8 becomes `�` and its two hex digits, so that names stay apart. */
export function displayName(name: RawName): string {
  return spell(name, { text: (text) => text, byte: (byte) => `\uFFFD${hex(byte)}` });
}

const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');

function spell(
  name: RawName,
  parts: { readonly text: (text: string) => string; readonly byte: (byte: number) => string },
): string {
  const whole = utf8(name);
  if (whole !== undefined) return parts.text(whole);
  let spelt = '';
  for (let at = 0; at < name.length; ) {
    const length = [1, 2, 3, 4].find(
      (n) => at + n <= name.length && utf8(name.subarray(at, at + n)) !== undefined,
    );
    spelt +=
      length === undefined
        ? parts.byte(name[at] ?? 0)
        : parts.text(utf8(name.subarray(at, at + length)) ?? '');
    at += length ?? 1;
  }
  return spelt;
}

/** The text that `bytes` are, or undefined when they are no UTF-8. */
function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined; // a decoder has no other way to say it
  }
}

function wrongId(): StorageError {
  return new StorageError('invalid_argument', 'this is no entry of this storage');
}
