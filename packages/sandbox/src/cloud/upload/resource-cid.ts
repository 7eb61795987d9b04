import { driveRefusal } from '../refusal.ts';
import type { Call } from '../router.ts';
import type { KnownContents } from './known-content.ts';
import type { UploadRules } from './upload-rules.ts';

/** `GET /drive/v1/resource/cid` (protocol reference §4.3, rule U12): the gcid of content by its cid and size. */
export async function resourceCid(
  deps: { readonly known: KnownContents; readonly rules: Pick<UploadRules, 'cidMiss'> },
  call: Call,
): Promise<object> {
  const { query } = call.request;
  const cid = (query.get('cid') ?? '').toUpperCase();
  const size = Number(query.get('file_size') ?? '');
  // The name is the service's (§2.7); the code was not captured.
  if (!/^[0-9A-F]{40}$/.test(cid) || !Number.isSafeInteger(size) || size <= 0)
    throw driveRefusal({
      error: 'cid and file_size is required',
      code: 3,
      text: 'cid and file_size is required',
    });
  const known = await deps.known.findByCid(cid, size);
  if (known === undefined && deps.rules.cidMiss === 'timeout') throw indexTimeout();
  return { gcid: known?.content.gcid ?? '' };
}

/** Fact (R): the text names the index's host. Text around it and code are guesses. */
function indexTimeout(): Error {
  const text = 'Post "http://idx.shub.mypikpak.com": context deadline exceeded';
  return driveRefusal({ status: 500, error: text, code: 13, text });
}
