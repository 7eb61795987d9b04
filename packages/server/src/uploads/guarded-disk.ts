import type { MemoryGuard } from '../core/memory-guard.ts';
import type { DiskFile, SpoolDisk } from './disk.ts';

/**
 * A disk whose bytes are told to `guard`, on their way in and out: each leaves a buffer behind, and an upload of gigabytes would have the
 * process grow until the runtime's own collector feels like it.
 */
export function guardedDisk(disk: SpoolDisk, guard: MemoryGuard): SpoolDisk {
  const file = (inner: DiskFile): DiskFile => ({
    async write(bytes, at) {
      await inner.write(bytes, at);
      guard.passed(bytes.length);
    },
    close: () => inner.close(),
  });
  return {
    create: async (name) => file(await disk.create(name)),
    edit: async (name) => file(await disk.edit(name)),
    async read(name) {
      const inner = await disk.read(name);
      return {
        async read(at, length) {
          const bytes = await inner.read(at, length);
          guard.passed(bytes.length);
          return bytes;
        },
        close: () => inner.close(),
      };
    },
    remove: (name) => disk.remove(name),
    files: () => disk.files(),
    free: () => disk.free(),
  };
}
