import type { Random } from '../core/runtime.ts';
import type { SecretTable } from '../store/port.ts';

/** Keys of download signs: the first signs, all verify. */
export type LinkKeys = readonly [string, ...string[]];

const NAME = 'link-keys';
const KEY_BYTES = 32;
/** Older ones stop verifying, so that rotation ends some day even when nobody cleans up. */
const MAX_KEYS = 4;

/** The keys of this installation, made at its first start. They have nothing to do with any user's or admin's token. */
export async function loadLinkKeys(secrets: SecretTable, random: Random): Promise<LinkKeys> {
  return parseKeys(await secrets.loadOrCreate(NAME, () => JSON.stringify([newKey(random)])));
}

/**
 * Puts a new key in front.
 * @param keepOld whether addresses that are out there go on working
 * @returns the keys that hold from now on
 */
export async function rotateLinkKeys(
  secrets: SecretTable,
  random: Random,
  keepOld: boolean,
): Promise<LinkKeys> {
  const old = keepOld ? await loadLinkKeys(secrets, random) : [];
  const keys: LinkKeys = [newKey(random), ...old.slice(0, MAX_KEYS - 1)];
  await secrets.save(NAME, JSON.stringify(keys));
  return keys;
}

function newKey(random: Random): string {
  return Buffer.from(random.bytes(KEY_BYTES)).toString('base64url');
}

function parseKeys(text: string): LinkKeys {
  const parsed: unknown = JSON.parse(text);
  const keys = Array.isArray(parsed) ? parsed.filter((key) => typeof key === 'string' && key !== '') : [];
  const [first, ...rest] = keys;
  if (first === undefined) throw new Error('the stored keys of download signs are damaged');
  return [first, ...rest];
}
