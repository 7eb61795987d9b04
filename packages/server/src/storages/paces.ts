import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/runtime.ts';
import type { StorageRecord } from '../core/storage-record.ts';
import { type Pace, pace } from '../layers/pace.ts';

/** Finds the pace that a storage's calls must keep. */
export type PaceOf = (record: StorageRecord) => Pace;

/** More accounts than this at a time and the one used longest ago starts afresh for storages that are mounted later. */
const MAX_PACES = 1000;

/**
 * One pace for each driver kind, login and way out: storages that share those share what their cloud allows. Those without a login,
 * such as public shares, are told apart by their way out alone, as the cloud does it.
 */
export function createPaces(clock: Clock): PaceOf {
  const paces = new LRUCache<string, Pace>({ max: MAX_PACES });
  return ({ driver, addition }) => {
    const text = (name: string): string => {
      const value = addition[name];
      return typeof value === 'string' ? value.trim() : '';
    };
    const key = JSON.stringify([driver, text('username').toLowerCase(), text('egress')]);
    const found = paces.get(key);
    if (found !== undefined) return found;
    const made = pace({ clock });
    paces.set(key, made);
    return made;
  };
}
