import { normalizePath, type TreePath } from '../../core/path.ts';
import { ApiFailure } from './envelope.ts';

/** What a resumable upload says of its file when it begins. */
export interface TusFile {
  readonly goal: { readonly path: TreePath; readonly overwrite: boolean; readonly modified?: number };
  /** Bytes. */
  readonly size: number;
}

const MAX_METADATA = 16 * 1024;

/**
 * Reads `Upload-Length` and `Upload-Metadata` (tus 1.0.0, "Creation"): `path`, and optionally `overwrite` (`true`) and `modified`
 * (milliseconds since the epoch).
 * @throws ApiFailure 400; StorageError for a path that is none.
 */
export function readTusFile(length: string | undefined, metadata: string | undefined): TusFile {
  const size = Number(length);
  if (length === undefined || !/^\d{1,16}$/.test(length) || !Number.isSafeInteger(size)) {
    throw new ApiFailure(400, 'Upload-Length must be a number of bytes');
  }
  const fields = readMetadata(metadata ?? '');
  const path = fields.get('path');
  if (path === undefined || path === '') throw new ApiFailure(400, 'Upload-Metadata names no path');
  const modified = fields.get('modified') ?? '';
  return {
    goal: {
      path: normalizePath(path),
      overwrite: fields.get('overwrite') === 'true',
      ...(/^\d{1,14}$/.test(modified) ? { modified: Number(modified) } : {}),
    },
    size,
  };
}

function readMetadata(text: string): ReadonlyMap<string, string> {
  if (text.length > MAX_METADATA) throw new ApiFailure(400, 'Upload-Metadata is too long');
  return new Map(
    text.split(',').flatMap((pair): [string, string][] => {
      const [key = '', value = ''] = pair.trim().split(' ');
      return key === '' ? [] : [[key, decoded(value)]];
    }),
  );
}

function decoded(value: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'base64'));
  } catch {
    throw new ApiFailure(400, 'Upload-Metadata is not valid UTF-8');
  }
}
