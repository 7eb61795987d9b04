import { createSign, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** Signs access tokens. */
export interface JwtSigner {
  /** A three-part RS256 token with these claims (protocol reference §2.1, rule I13). */
  sign(claims: object): Promise<string>;
}

const makeKeyPair = promisify(generateKeyPair);
const MODULUS_BITS = 2048;

/** A signer whose key is made at the first use and lives as long as it does. */
export function createJwtSigner(): JwtSigner {
  let pending: Promise<KeyObject> | undefined;
  const key = (): Promise<KeyObject> => {
    pending ??= makeKeyPair('rsa', { modulusLength: MODULUS_BITS }).then(
      (pair) => pair.privateKey,
      (cause: unknown) => {
        pending = undefined;
        throw cause;
      },
    );
    return pending;
  };
  return {
    async sign(claims) {
      const head = part({ alg: 'RS256', typ: 'JWT', kid: 'sandbox' });
      const text = `${head}.${part(claims)}`;
      const signature = createSign('RSA-SHA256')
        .update(text)
        .sign(await key(), 'base64url');
      return `${text}.${signature}`;
    },
  };
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
