import { invalidArgument } from '../refusal.ts';
import { type Body, textOf } from '../request.ts';

/** What an upload announces. */
export interface UploadRequest {
  readonly name: string;
  readonly parentId: unknown;
  readonly size: number;
  /** Upper case. */
  readonly gcid: string;
}

/** The gcid of nothing (protocol reference §4.1). */
const EMPTY_GCID = 'DA39A3EE5E6B4B0D3255BFEF95601890AFD80709';

/**
 * Reads an upload's announcement (protocol reference §4.4, rule U1). `provider` members and all others are passed over.
 *
 * @throws Refusal 400 code 3 for another `upload_type` than resumable (forms are known and unused, §4.9, and not emulated), a bad
 *   size, or a hash that is none; an empty file needs no hash (guess)
 */
export function readUploadRequest(body: Body): UploadRequest {
  const type = textOf(body, 'upload_type');
  if (type !== 'UPLOAD_TYPE_RESUMABLE') throw invalidArgument(`upload_type ${type} is not supported`);
  const size = sizeOf(body['size']);
  const hash = textOf(body, 'hash') || (size === 0 ? EMPTY_GCID : '');
  if (!/^[0-9a-f]{40}$/i.test(hash)) throw invalidArgument('hash is not 40 hex digits');
  return { name: textOf(body, 'name'), parentId: body['parent_id'], size, gcid: hash.toUpperCase() };
}

/** A number (A, R), a decimal text (C), or nothing for an empty file (R). */
function sizeOf(value: unknown): number {
  const size = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : (value ?? 0);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw invalidArgument('size is not a number of bytes');
  return size;
}
