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

/** A foreign key shorter than this could be found by trying. AList's tokens are longer. */
export const MIN_LINK_KEY = 32;

/** The keys in use. */
export interface LinkKeyring {
  readonly keys: LinkKeys;
  /** @param keepOld whether addresses that are out there go on working */
  rotate(keepOld: boolean): Promise<void>;
  /** Lets addresses hold that were signed elsewhere, as by AList with its token. It signs no new ones, and goes with the next revocation. */
  accept(key: string): Promise<void>;
}

/** The keys of this installation, and what changes them while it runs. */
export async function createLinkKeyring(secrets: SecretTable, random: Random): Promise<LinkKeyring> {
  let keys = await loadLinkKeys(secrets, random);
  return {
    get keys() {
      return keys;
    },
    async rotate(keepOld) {
      keys = await rotateLinkKeys(secrets, random, keepOld);
    },
    async accept(key) {
      const [first, ...rest] = keys;
      const others = rest.filter((known) => known !== key).slice(0, MAX_KEYS - 2);
      const next: LinkKeys = key === first ? keys : [first, key, ...others];
      await secrets.save(NAME, JSON.stringify(next));
      keys = next;
    },
  };
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
