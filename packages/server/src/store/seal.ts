import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Seals texts at rest. A sealed text opens only at the place it was sealed for. */
export interface Sealer {
  /** @param place where the text is kept, such as `storages:7:addition`; it is authenticated, not stored */
  seal(text: string, place: string): string;
  /** @throws SealError when the key, the place or the text is not the one it was sealed with. */
  open(sealed: string, place: string): string;
  /** A name that says nothing about `text` to whoever lacks the key, always the same for the same text. */
  blindName(text: string): string;
}

/** A sealed text that doesn't open: another key, another place, or changed bytes. Which of them can't be told. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/** Bytes of every key here. */
export const KEY_BYTES = 32;

const VERSION = 's1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * A sealer with AES-256-GCM and a random nonce for each text: good for 2³² texts under one key (NIST SP 800-38D §8.3).
 * A sealed text is `s1.` and base64url of nonce, ciphertext and tag. Version and place are authenticated with it.
 *
 * @param key 32 random bytes
 */
export function createSealer(key: Uint8Array): Sealer {
  const cipherKey = deriveKey(key, 'seal');
  const nameKey = deriveKey(key, 'blind name');
  return {
    seal(text, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', cipherKey, nonce).setAAD(boundTo(place));
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${VERSION}.${sealed.toString('base64url')}`;
    },
    open(sealed, place) {
      const [version, body = '', ...rest] = sealed.split('.');
      const bytes = Buffer.from(body, 'base64url');
      if (version !== VERSION || rest.length > 0 || bytes.length < NONCE_BYTES + TAG_BYTES) {
        throw new SealError(`what is kept at ${place} is not a sealed text of this version`);
      }
      try {
        const decipher = createDecipheriv('aes-256-gcm', cipherKey, bytes.subarray(0, NONCE_BYTES))
          .setAAD(boundTo(place))
          .setAuthTag(bytes.subarray(-TAG_BYTES));
        const opened = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
        return Buffer.concat([opened, decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new SealError(`what is kept at ${place} does not open with this key`, { cause });
      }
    },
    blindName: (text) => createHmac('sha256', nameKey).update(text).digest('base64url'),
  };
}

function boundTo(place: string): Buffer {
  return Buffer.from(`${VERSION}|${place}`);
}

function deriveKey(key: Uint8Array, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `sluice ${use}`, KEY_BYTES));
}
