import { queryOptions } from '@tanstack/react-query';
import type { Entry } from '../api/entries.ts';
import { ApiError } from '../api/errors.ts';
import { gatewayUrl } from '../api/file-links.ts';

/** The most of a text file that is shown, in bytes; more would make the page stall. */
export const TEXT_LIMIT = 2 * 1024 * 1024;

/** A file's beginning as text. */
export interface FileText {
  readonly text: string;
  /** True when the file goes on behind what was read. */
  readonly cut: boolean;
}

/** Reads a text file through the gateway, up to `TEXT_LIMIT`. */
export function fileTextQuery(file: Entry) {
  return queryOptions({
    queryKey: ['text', file.fullPath, file.size, file.modified],
    queryFn: ({ signal }) => readFileText(file, signal),
    staleTime: 60_000,
  });
}

async function readFileText(file: Entry, signal: AbortSignal): Promise<FileText> {
  if (file.size === 0) return { text: '', cut: false };
  const cut = file.size > TEXT_LIMIT;
  const headers: Record<string, string> = cut ? { Range: `bytes=0-${TEXT_LIMIT - 1}` } : {};
  const response = await fetch(gatewayUrl(file), { headers, signal, credentials: 'omit' });
  if (!response.ok) throw new ApiError('failed', `the gateway answered ${response.status}`);
  return { text: decodeText(new Uint8Array(await response.arrayBuffer()), cut), cut };
}

/**
 * Text in the encodings that turn up in these drives: UTF-8, UTF-16 with a mark, else GB 18030, in which every Chinese text
 * that is older than UTF-8 is written. `cut` allows a character to be split at the end.
 */
export function decodeText(bytes: Uint8Array, cut: boolean): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    return new TextDecoder('gb18030').decode(bytes); // not UTF-8; this decoder takes any bytes
  }
}
