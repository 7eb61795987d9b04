import { LRUCache } from 'lru-cache';
import type { Driver } from '../core/driver.ts';
import type { Clock } from '../core/runtime.ts';
import type { StorageRecord } from '../core/storage-record.ts';
import { type Pace, pace } from '../layers/pace.ts';

/** Finds the pace that a storage's calls must keep. */
export type PaceOf = (
  record: Pick<StorageRecord, 'driver' | 'addition'>,
  driver: Pick<Driver, 'verification'>,
) => Pace;

/** More accounts than this at a time and the one used longest ago starts afresh for storages that are mounted later. */
const MAX_PACES = 1000;

/**
 * One pace for each account and way out: storages that share those share what their cloud allows. Drivers that share a session have the
 * same account and way out, of whatever kind they are. The others are told apart by kind, login and way out.
 */
export function createPaces(clock: Clock): PaceOf {
  const bySession = new WeakMap<object, Pace>();
  const byText = new LRUCache<string, Pace>({ max: MAX_PACES });
  return (record, { verification }) => {
    if (verification !== undefined) {
      const { session } = verification;
      const found = bySession.get(session) ?? pace({ clock });
      bySession.set(session, found);
      return found;
    }
    const key = textOf(record);
    const found = byText.get(key) ?? pace({ clock });
    byText.set(key, found);
    return found;
  };
}

function textOf({ driver, addition }: Pick<StorageRecord, 'driver' | 'addition'>): string {
  const text = (name: string): string => {
    const value = addition[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  return JSON.stringify([driver, text('username').toLowerCase(), text('egress')]);
}
