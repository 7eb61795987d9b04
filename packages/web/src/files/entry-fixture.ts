import { type Entry, readEntry } from '../api/entries.ts';

/** An entry for tests, as the API would send it. */
export function entryOf(name: string, wire: Readonly<Record<string, unknown>> = {}): Entry {
  return readEntry({ name, size: 0, is_dir: false, type: 0, virtual_path: `/${name}`, ...wire });
}

export function folderOf(name: string): Entry {
  return entryOf(name, { is_dir: true, type: 1 });
}
