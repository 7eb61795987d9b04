import type { SpoolDisk } from '../disk.ts';
import type { SpoolLimits } from '../room.ts';

/** A disk in memory, that a test may fill up or break. */
export interface MemoryDisk extends SpoolDisk {
  readonly files: Map<string, Uint8Array>;
  /** What `free` says. */
  space: number;
  /** Called before a write; what it throws, the disk answers. */
  beforeWrite: (at: number) => void;
}

export const NO_LIMITS: SpoolLimits = {
  file: Number.POSITIVE_INFINITY,
  total: Number.POSITIVE_INFINITY,
  perUser: Number.POSITIVE_INFINITY,
};

export function memoryDisk(): MemoryDisk {
  const files = new Map<string, Uint8Array>();
  const disk: MemoryDisk = {
    files,
    space: 1024 ** 4,
    beforeWrite: () => {},
    async create(name) {
      files.set(name, new Uint8Array());
      return {
        async write(bytes, at) {
          disk.beforeWrite(at);
          const before = files.get(name) ?? new Uint8Array();
          files.set(name, Buffer.concat([before.subarray(0, at), bytes]));
        },
        close: async () => {},
      };
    },
    async read(name) {
      const content = files.get(name);
      if (content === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return {
        read: async (at, length) => content.slice(at, at + length),
        close: async () => {},
      };
    },
    remove: async (name) => void files.delete(name),
    names: async () => [...files.keys()],
    free: async () => disk.space,
  };
  return disk;
}

/** What the system says when a disk is full. */
export function noSpaceLeft(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}
