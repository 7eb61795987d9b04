import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import { DEFAULT_SORT, type Sort, type SortKey } from '../files/sorting.ts';
import { chooseLanguage, type Language } from '../i18n/i18n.ts';
import { createStoredValue, type StoredValue } from '../session/stored-value.ts';

export type Theme = 'system' | 'light' | 'dark';
export type FolderLook = 'list' | 'pictures' | 'grid';

/** What a person chose on this device. */
export interface Preferences {
  readonly theme: StoredValue<Theme>;
  readonly language: StoredValue<Language>;
  readonly sort: StoredValue<Sort>;
  readonly look: StoredValue<FolderLook>;
  readonly detailsOpen: StoredValue<boolean>;
}

export function createPreferences(): Preferences {
  return {
    theme: createStoredValue({
      key: 'sluice.theme',
      read: oneOf(['system', 'light', 'dark']),
      write: String,
    }),
    language: createStoredValue({
      key: 'sluice.language',
      read: (text) => chooseLanguage(text, navigator.languages),
      write: String,
    }),
    sort: createStoredValue({
      key: 'sluice.sort',
      read: readSort,
      write: ({ key, direction }) => `${key} ${direction}`,
    }),
    look: createStoredValue({ key: 'sluice.look', read: oneOf(['list', 'pictures', 'grid']), write: String }),
    detailsOpen: createStoredValue({ key: 'sluice.details', read: (text) => text === 'true', write: String }),
  };
}

/** Reads one of `values`; anything else is the first. */
function oneOf<T extends string>(values: readonly [T, ...T[]]): (text: string | null) => T {
  return (text) => values.find((value) => value === text) ?? values[0];
}

const SORT_KEYS: readonly SortKey[] = ['name', 'size', 'modified'];

function readSort(text: string | null): Sort {
  const [name, direction] = text?.split(' ') ?? [];
  const key = SORT_KEYS.find((candidate) => candidate === name);
  return key === undefined ? DEFAULT_SORT : { key, direction: direction === 'desc' ? 'desc' : 'asc' };
}

const PreferencesContext = createContext<Preferences | undefined>(undefined);

export function PreferencesProvider({ value, children }: { value: Preferences; children: ReactNode }) {
  return <PreferencesContext value={value}>{children}</PreferencesContext>;
}

/** One preference and the way to change it. */
export function usePreference<K extends keyof Preferences>(
  name: K,
): readonly [ReturnType<Preferences[K]['get']>, Preferences[K]['set']];
export function usePreference(name: keyof Preferences): readonly [unknown, (value: never) => void] {
  const preferences = useContext(PreferencesContext);
  if (preferences === undefined) throw new Error('usePreference needs a PreferencesProvider above it');
  const stored = preferences[name];
  return [useSyncExternalStore<unknown>(stored.subscribe, stored.get), stored.set];
}

/** Keeps the page's colours in step with the chosen theme; `system` leaves them to the browser. */
export function applyTheme(theme: StoredValue<Theme>, root: HTMLElement): void {
  const apply = () => {
    const chosen = theme.get();
    if (chosen === 'system') delete root.dataset['scheme'];
    else root.dataset['scheme'] = chosen;
  };
  theme.subscribe(apply);
  apply();
}
