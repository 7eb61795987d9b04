import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Picture } from '../core/entry.ts';

/** Keeps small pictures on disk, by keys of whoever asks. */
export interface PictureStore {
  get(key: string): Promise<Picture | undefined>;
  put(key: string, picture: Picture): Promise<void>;
  /** Bytes on disk. */
  size(): Promise<number>;
}

const TYPES: Readonly<Record<string, string>> = { webp: 'image/webp', jpg: 'image/jpeg' };
const UNFINISHED = '.part';

/**
 * Pictures in a folder of their own, `maxBytes` at most: those used least recently go first. What can't be read or written is as good as
 * not there, since every picture can be made again.
 */
export function createPictureStore({ folder, maxBytes }: { folder: string; maxBytes: number }): PictureStore {
  /** Names and sizes, the least recently used first. */
  let known: Promise<Map<string, number>> | undefined;
  let total = 0;
  let made = 0;

  const look = async (): Promise<Map<string, number>> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const files: { name: string; size: number; used: number }[] = [];
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      if (name.endsWith(UNFINISHED)) await rm(path, { force: true });
      else {
        const { size, mtimeMs } = await stat(path);
        files.push({ name, size, used: mtimeMs });
      }
    }
    files.sort((a, b) => a.used - b.used);
    total = files.reduce((sum, { size }) => sum + size, 0);
    return new Map(files.map(({ name, size }) => [name, size]));
  };
  const index = (): Promise<Map<string, number>> => (known ??= look());

  return {
    async get(key) {
      const names = await index();
      for (const [extension, mimeType] of Object.entries(TYPES)) {
        const name = nameOf(key, extension);
        const size = names.get(name);
        if (size === undefined) continue;
        names.delete(name);
        try {
          const bytes = await readFile(join(folder, name));
          names.set(name, size);
          return { bytes, mimeType };
        } catch {
          total -= size; // somebody has tidied up: it is made again
        }
      }
      return undefined;
    },

    async put(key, { bytes, mimeType }) {
      const extension = Object.keys(TYPES).find((one) => TYPES[one] === mimeType);
      if (extension === undefined || bytes.length > maxBytes) return;
      const names = await index();
      const name = nameOf(key, extension);
      const temporary = join(folder, `${name}.${(made += 1)}${UNFINISHED}`);
      await writeFile(temporary, bytes, { mode: 0o600 });
      await rename(temporary, join(folder, name));
      total += bytes.length - (names.get(name) ?? 0);
      names.delete(name);
      names.set(name, bytes.length);
      for (const [oldest, size] of names) {
        if (total <= maxBytes) break;
        names.delete(oldest);
        total -= size;
        await rm(join(folder, oldest), { force: true });
      }
    },

    async size() {
      await index();
      return total;
    },
  };
}

/** Nothing of a client's is ever part of a name. */
function nameOf(key: string, extension: string): string {
  return `${createHash('sha256').update(key).digest('hex')}.${extension}`;
}
