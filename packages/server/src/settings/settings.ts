import { StorageError } from '../core/errors.ts';
import type { SettingTable } from '../store/port.ts';
import { Flag, SETTINGS, type SettingItem, type SettingKey } from './setting-table.ts';

/** The settings of the site, always there and always text. */
export interface Settings {
  /** The value, or the default of a setting that was never set. @throws Error for a name that is no setting. */
  get(key: SettingKey): string;
  /** What anyone may know: the public and the read-only ones (API reference §6.7). */
  publicValues(): Readonly<Record<string, string>>;
  /** All of them with their values, for the admin. Group, flag and type are ours, never a client's (API reference §15.3). */
  items(): readonly (SettingItem & { readonly value: string })[];
  /**
   * Checks and stores values, all or, when one doesn't hold, none.
   * @throws StorageError `invalid_argument` naming the setting: unknown, read-only, or not of its type.
   */
  save(values: Readonly<Record<string, string>>): Promise<void>;
}

const MAX_LENGTH = 65_536;
const ITEMS: ReadonlyMap<string, SettingItem> = new Map(SETTINGS.map((item) => [item.key, item]));

/**
 * The settings in `table`, read once and kept in memory from then on.
 *
 * @param version what the read-only setting `version` says, such as `v0.1.0`
 */
export async function createSettings(table: SettingTable, version: string): Promise<Settings> {
  const values = new Map(await table.all());
  const valueOf = (item: SettingItem): string => {
    if (item.key === 'version') return version;
    const stored = values.get(item.key);
    return stored !== undefined && problemWith(item, stored) === undefined ? stored : item.default;
  };
  return {
    get(key) {
      const item = ITEMS.get(key);
      if (item === undefined) throw new Error(`there is no setting named ${key}`);
      return valueOf(item);
    },
    publicValues: () =>
      Object.fromEntries(
        SETTINGS.filter(({ flag }) => flag !== Flag.private).map((item) => [item.key, valueOf(item)]),
      ),
    items: () => SETTINGS.map((item) => ({ ...item, value: valueOf(item) })),
    async save(changes) {
      for (const [key, value] of Object.entries(changes)) {
        const problem = problemWith(ITEMS.get(key), value);
        if (problem !== undefined) throw new StorageError('invalid_argument', `${key} ${problem}.`);
      }
      for (const [key, value] of Object.entries(changes)) {
        await table.set(key, value);
        values.set(key, value);
      }
    },
  };
}

/** What is wrong with a value, to follow the setting's name; undefined when it holds. */
function problemWith(item: SettingItem | undefined, value: string): string | undefined {
  if (item === undefined) return 'is no setting';
  if (item.flag === Flag.readonly) return 'can only be read';
  if (value.length > MAX_LENGTH || !value.isWellFormed()) return 'is too long or not valid text';
  switch (item.type) {
    case 'bool':
      return value === 'true' || value === 'false' ? undefined : 'must be true or false';
    case 'number':
      return problemWithNumber(value, item.min ?? Number.NEGATIVE_INFINITY);
    case 'select':
      return item.options?.includes(value) === true
        ? undefined
        : `must be one of ${item.options?.join(', ')}`;
    case 'json':
      return parses(() => JSON.parse(value)) ? undefined : 'must be valid JSON';
    case 'regexps':
      return parses(() => value.split('\n').map((line) => new RegExp(line)))
        ? undefined
        : 'must hold one valid regular expression a line';
    case 'string':
      return /\p{Cc}/u.test(value) ? 'must be one line' : undefined;
    case 'text':
      return undefined;
    default:
      return item.type satisfies never;
  }
}

function problemWithNumber(value: string, min: number): string | undefined {
  if (!/^-?\d{1,15}(\.\d{1,6})?$/.test(value)) return 'must be a number';
  return Number(value) < min ? `must be at least ${min}` : undefined;
}

function parses(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
