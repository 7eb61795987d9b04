import { createHash } from 'node:crypto';
import type { Entry, HashKind } from '../core/entry.ts';

/** Bytes of a block. The last one of a file is shorter. */
export const BLOCK_BYTES = 2 * 2 ** 20;
/** What a checksum stands for, and what is read at a time. */
export const PIECE_BYTES = 2 ** 18;
const CHECKSUM_BYTES = 8;
const MAGIC = Buffer.from('SLBLK001', 'latin1');

/** Of one content, wherever it lies. */
export interface ContentKey {
  /** Hex, made by us: nothing that a cloud or a client sent becomes part of a name on disk. */
  readonly name: string;
  /** Bytes of the whole content. */
  readonly size: number;
}

/** Hashes by which content may be shared between storages, in order of trust. MD5 is not among them: two contents with the same one are made in seconds. */
const KINDS: readonly HashKind[] = ['sha256', 'gcid', 'sha1'];

/** Undefined for what has no hash to go by. */
export function contentKey({ kind, size, hashes }: Entry): ContentKey | undefined {
  if (kind !== 'file' || !Number.isSafeInteger(size) || size <= 0) return undefined;
  for (const hash of KINDS) {
    const value = hashes?.[hash];
    if (value === undefined || !/^[\da-f]{40,64}$/i.test(value)) continue;
    const text = `${hash}:${value.toLowerCase()}:${size}`;
    return { name: createHash('sha256').update(text).digest('hex').slice(0, 32), size };
  }
  return undefined;
}

/** Bytes of block `index` of a content of `size` bytes. */
export function blockLength(size: number, index: number): number {
  return Math.min(BLOCK_BYTES, size - index * BLOCK_BYTES);
}

/** Where the blocks of a content lie: `<folder>/<2 hex>/<name>-<index>`. */
export function blockName({ name }: ContentKey, index: number): string {
  return `${name}-${index}`;
}

export const BLOCK_NAME = /^[\da-f]{32}-\d{1,9}$/;

/** Bytes of the file that holds a block of `length` bytes: the bytes, a checksum for each piece, and a mark at the end. */
export function fileLength(length: number): number {
  return length + trailerLength(length);
}

export function trailerLength(length: number): number {
  return Math.ceil(length / PIECE_BYTES) * CHECKSUM_BYTES + MAGIC.length;
}

/** What follows the bytes. The checksums are bound to the block's name: a file under another's name does not pass. */
export function trailerOf(name: string, bytes: Uint8Array): Buffer {
  const trailer = Buffer.alloc(trailerLength(bytes.length));
  const pieces = Math.ceil(bytes.length / PIECE_BYTES);
  for (let piece = 0; piece < pieces; piece += 1) {
    const part = bytes.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES);
    trailer.writeBigUInt64LE(checksum(name, piece, part), piece * CHECKSUM_BYTES);
  }
  MAGIC.copy(trailer, trailer.length - MAGIC.length);
  return trailer;
}

/** Whether a trailer is of this format at all. */
export function isTrailer(trailer: Buffer): boolean {
  return trailer.subarray(trailer.length - MAGIC.length).equals(MAGIC);
}

/** Whether bytes that were read are the ones that were written as piece `piece`. */
export function isIntact(name: string, trailer: Buffer, piece: number, bytes: Uint8Array): boolean {
  return trailer.readBigUInt64LE(piece * CHECKSUM_BYTES) === checksum(name, piece, bytes);
}

/** Against damage, not against forgery: whoever can write to the data folder needs no cache for that. */
function checksum(name: string, piece: number, bytes: Uint8Array): bigint {
  return Bun.hash.xxHash64(bytes, BigInt(Bun.hash.crc32(`${name}/${piece}`)));
}
