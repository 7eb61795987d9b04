import { createHash, timingSafeEqual } from 'node:crypto';

/** True when both texts are equal; takes as long whether they are or not. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
