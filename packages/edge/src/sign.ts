/** Why a sign is refused: the texts of AList's workers (API reference §5.4). */
export type SignProblem = 'expire missing' | 'expire invalid' | 'expire expired' | 'sign mismatch';

const encoder = new TextEncoder();

/**
 * Checks AList's sign of a decoded full path (API reference §4.2): base64url with padding of HMAC-SHA256 over `path:expire`,
 * then `:expire`. Compares in constant time, and only the one canonical spelling holds.
 *
 * @param sign as in the query; some clients end every address with a slash
 * @param nowS Unix seconds
 * @returns what is wrong with it; undefined when it holds
 */
export async function checkSign(
  token: string,
  path: string,
  sign: string,
  nowS: number,
): Promise<SignProblem | undefined> {
  const given = sign.replace(/\/$/, '');
  const expiry = given.slice(given.lastIndexOf(':') + 1);
  if (expiry === '') return 'expire missing';
  if (!/^\d{1,15}$/.test(expiry)) return 'expire invalid';
  if (Number(expiry) !== 0 && Number(expiry) < nowS) return 'expire expired';
  const right = `${await mac(token, `${path}:${Number(expiry)}`)}:${Number(expiry)}`;
  return equal(encoder.encode(given), encoder.encode(right)) ? undefined : 'sign mismatch';
}

async function mac(token: string, data: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(token), algorithm, false, ['sign']);
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(data)));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

/** Takes the same time wherever the two differ; their lengths are no secret. */
function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
  return difference === 0;
}
