import { isAbort, StorageError } from '../../core/errors.ts';
import type { HttpClient } from '../../core/http-client.ts';
import type { Link } from '../../core/link.ts';

/** The longest that one request of a probe may be silent, in ms. */
const PATIENCE_MS = 5_000;
/** Where a file is cut is found to a part of this many of it. */
const STEPS = 128;

/** What is asked whether it serves all of a file. */
export interface Probed {
  readonly transport: HttpClient;
  readonly link: Link;
  /** Bytes, as listed. */
  readonly size: number;
  /** The part (0–1) at which other files of the same way out were cut; looked at first. */
  readonly likely?: number | undefined;
}

/**
 * How many bytes of a file are served: all of them, or those up to somewhere before the place where it is cut. Asks for single bytes, at most
 * ten, and for one where nothing is cut. undefined when the answers say neither. @throws AbortError
 */
export async function servedBytes(probed: Probed, signal: AbortSignal): Promise<number | undefined> {
  const { size, likely } = probed;
  const last = await serves(probed, size - 1, signal);
  if (last !== false) return last === true ? size : undefined;
  let served = 0;
  let cut = size - 1;
  if (likely !== undefined) {
    const at = Math.min(Math.max(Math.floor(size * likely), 1), size - 1);
    const before = await serves(probed, at - 1, signal);
    const behind = before === true ? await serves(probed, at, signal) : undefined;
    if (before === undefined) return undefined;
    if (behind === false) return at;
    if (before) served = at;
    else cut = at - 1;
  }
  while (cut - served > size / STEPS && cut - served > 1) {
    const middle = Math.floor((served + cut) / 2);
    const here = await serves(probed, middle, signal);
    if (here === undefined) return undefined;
    if (here) served = middle + 1;
    else cut = middle;
  }
  return served;
}

/**
 * Whether the byte at `offset` comes. A cut file was seen to announce it and to end before it; one that is refused as not being there is cut as
 * well. Other answers, and none, say nothing.
 */
async function serves(
  { transport, link }: Probed,
  offset: number,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const headers = { ...link.headers, Range: `bytes=${offset}-${offset}`, Accept: '*/*' };
  const limits = { headTimeoutMs: PATIENCE_MS, stallMs: PATIENCE_MS };
  try {
    const { status, body } = await transport.request({
      method: 'GET',
      url: link.url,
      headers,
      signal,
      ...limits,
    });
    try {
      if (status === 416) return false;
      if (status !== 206) return undefined;
      return await hasByte(body);
    } finally {
      body.destroy();
    }
  } catch (error) {
    if (isAbort(error) && signal.aborted) throw error;
    return undefined;
  }
}

/** False when the body ends, or is cut, before its first byte. */
async function hasByte(body: AsyncIterable<Uint8Array>): Promise<boolean | undefined> {
  try {
    for await (const chunk of body) if (chunk.length > 0) return true;
    return false;
  } catch (error) {
    return error instanceof StorageError && error.code === 'timeout' ? undefined : false;
  }
}
