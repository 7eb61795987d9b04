import { queryOptions } from '@tanstack/react-query';
import type { Api } from './client.ts';
import { readList, readNumber, readRecord, readText } from './read.ts';

/** A setting of the site. Values are text whatever the type. */
export interface Setting {
  readonly key: string;
  readonly value: string;
  readonly initial: string;
  readonly type: 'string' | 'text' | 'number' | 'bool' | 'select';
  readonly options: readonly string[];
  /** The gateway's own words, in English. */
  readonly help: string;
  readonly readonly: boolean;
}

export const SITE_SETTINGS_KEY = ['site-settings'] as const;

const TYPES = ['string', 'text', 'number', 'bool', 'select'] as const;
/** API reference §6.5. */
const READONLY_FLAG = 2;

/** All settings with their defaults, for admins. */
export function siteSettingsQuery(api: Api) {
  return queryOptions({
    queryKey: SITE_SETTINGS_KEY,
    queryFn: async ({ signal }): Promise<readonly Setting[]> => {
      const [items, untouched] = await Promise.all([
        api('/admin/setting/list', { signal }),
        api('/admin/setting/default', { method: 'POST', signal }),
      ]);
      const defaults = new Map(
        readList(untouched).map((item) => {
          const { key, value } = readRecord(item);
          return [readText(key), readText(value)];
        }),
      );
      return readList(items).map((item) => readSetting(item, defaults));
    },
    staleTime: 0,
  });
}

function readSetting(value: unknown, defaults: ReadonlyMap<string, string>): Setting {
  const wire = readRecord(value);
  const key = readText(wire['key']);
  return {
    key,
    value: readText(wire['value']),
    initial: defaults.get(key) ?? '',
    type: TYPES.find((type) => type === wire['type']) ?? 'string',
    options: readText(wire['options'])
      .split(',')
      .filter((option) => option !== ''),
    help: readText(wire['help']),
    readonly: readNumber(wire['flag']) === READONLY_FLAG,
  };
}

/** Saves values, all or none. @throws ApiError whose text begins with the key of the one that doesn't hold. */
export async function saveSettings(api: Api, values: ReadonlyMap<string, string>): Promise<void> {
  await api('/admin/setting/save', { body: [...values].map(([key, value]) => ({ key, value })) });
}
