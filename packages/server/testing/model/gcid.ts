import { createHash } from 'node:crypto';

/** PikPak's hash of content that is no longer than one block of 256 KiB (protocol reference §4.1). Names content in trees of all storages. */
export function gcidOf(text: string): string {
  const hash = createHash('sha1');
  if (text !== '') hash.update(createHash('sha1').update(text).digest());
  return hash.digest('hex').toUpperCase();
}
