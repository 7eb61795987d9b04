/** One value that outlives the page, shared by all tabs. */
export interface StoredValue<T> {
  readonly get: () => T;
  readonly set: (value: T) => void;
  /** Called after every change, also one made in another tab. Gives the way to stop it. */
  readonly subscribe: (listener: () => void) => () => void;
}

interface StoredValueSetup<T> {
  readonly key: string;
  /** Turns what is stored, or null, into a value. */
  readonly read: (text: string | null) => T;
  /** Null takes the value out of the store. */
  readonly write: (value: T) => string | null;
}

/** Keeps a value in memory and, where the browser allows, in its local storage: private windows may refuse. */
export function createStoredValue<T>(
  { key, read, write }: StoredValueSetup<T>,
  area = localArea(),
): StoredValue<T> {
  let value = read(area?.getItem(key) ?? null);
  const listeners = new Set<() => void>();
  const announce = () => {
    for (const listener of listeners) listener();
  };
  const onStorage = (event: StorageEvent) => {
    if (event.key !== key && event.key !== null) return;
    value = read(event.newValue);
    announce();
  };
  return {
    get: () => value,
    set(next) {
      value = next;
      save(area, key, write(next));
      announce();
    },
    subscribe(listener) {
      if (listeners.size === 0) globalThis.addEventListener('storage', onStorage);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) globalThis.removeEventListener('storage', onStorage);
      };
    },
  };
}

function localArea(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined; // the browser refuses storage: the value lives as long as the page
  }
}

function save(area: Storage | undefined, key: string, text: string | null): void {
  try {
    if (text === null) area?.removeItem(key);
    else area?.setItem(key, text);
  } catch {
    // full or refused: the value lives as long as the page
  }
}
