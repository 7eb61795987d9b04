import type { IncomingHttpHeaders } from 'node:http';
import type { HashKind } from '../../core/entry.ts';
import { normalizePath, type TreePath } from '../../core/path.ts';
import type { UploadOptions } from '../../vfs/view.ts';
import { ApiFailure } from './envelope.ts';

/** What the headers of an upload say of it (API reference §3.10). */
export interface UploadHead {
  readonly path: TreePath;
  readonly options: UploadOptions;
  /** Bytes, where the client has told. */
  readonly size: number | undefined;
  readonly hashes: Readonly<Partial<Record<HashKind, string>>>;
  /** Whether it is to be answered when the gateway has the file, and stored by a task. */
  readonly asTask: boolean;
}

const HASHES = [
  { kind: 'md5', header: 'x-file-md5', digits: 32 },
  { kind: 'sha1', header: 'x-file-sha1', digits: 40 },
  { kind: 'sha256', header: 'x-file-sha256', digits: 64 },
] as const;

/** The latest time that a file may carry: the end of the year 9999. */
const MAX_TIME = 253_402_300_799_999;

/**
 * Reads the headers of `fs/put` and `fs/form`.
 * @throws ApiFailure 400 for a path, size or hash that is none; StorageError `forbidden` for a path with `..`.
 */
export function readUploadHead(headers: IncomingHttpHeaders): UploadHead {
  const text = (name: string): string => String(headers[name] ?? '').trim();
  const path = filePath(text('file-path'));
  const modified = text('last-modified');
  const hasTime = /^\d{1,15}$/.test(modified) && Number(modified) <= MAX_TIME;
  return {
    path,
    options: {
      overwrite: text('overwrite') !== 'false',
      ...(hasTime ? { modified: Number(modified) } : {}),
    },
    size: sizeOf(text('x-file-size')),
    asTask: text('as-task') === 'true',
    hashes: Object.fromEntries(
      HASHES.flatMap(({ kind, header, digits }) => {
        const hash = text(header).toLowerCase();
        if (hash === '') return [];
        if (/^[0-9a-f]+$/.test(hash) && hash.length === digits) return [[kind, hash]];
        throw new ApiFailure(400, `the hash in ${header} is no ${kind}`);
      }),
    ),
  };
}

/**
 * Percent-encoded or not, and UTF-8 in either case: some clients send its bytes as they are, which `node:http` gives as Latin-1. Where
 * an escape is none, the text counts as it stands.
 */
function filePath(header: string): TreePath {
  if (header === '') throw new ApiFailure(400, 'the header File-Path is missing');
  const text = /[\x80-\xff]/.test(header) ? utf8(Buffer.from(header, 'latin1')) : header;
  if (/%(?![0-9a-f]{2})/i.test(text)) return normalizePath(text);
  try {
    return normalizePath(decodeURIComponent(text));
  } catch (error) {
    if (error instanceof URIError) throw new ApiFailure(400, 'the header File-Path is not valid UTF-8');
    throw error;
  }
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiFailure(400, 'the header File-Path is not valid UTF-8');
  }
}

function sizeOf(text: string): number | undefined {
  if (text === '') return undefined;
  const size = Number(text);
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(size)) return size;
  throw new ApiFailure(400, 'the header X-File-Size is no number of bytes');
}
