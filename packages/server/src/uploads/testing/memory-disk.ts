import type { SpoolDisk } from '../disk.ts';
import type { SpoolLimits } from '../room.ts';

/** A disk in memory, that a test may fill up or break. */
export interface MemoryDisk extends SpoolDisk {
  /** What lies on it, by name. */
  readonly content: Map<string, Uint8Array>;
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
  const content = new Map<string, Uint8Array>();
  const disk: MemoryDisk = {
    content,
    space: 1024 ** 4,
    beforeWrite: () => {},
    async create(name) {
      content.set(name, new Uint8Array());
      return disk.edit(name);
    },
    edit: async (name) => ({
      async write(bytes, at) {
        disk.beforeWrite(at);
        const before = content.get(name) ?? new Uint8Array();
        content.set(name, Buffer.concat([before.subarray(0, at), bytes, before.subarray(at + bytes.length)]));
      },
      close: async () => {},
    }),
    async read(name) {
      const bytes = content.get(name);
      if (bytes === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return {
        read: async (at, length) => bytes.slice(at, at + length),
        close: async () => {},
      };
    },
    remove: async (name) => void content.delete(name),
    files: async () => new Map([...content].map(([name, { length }]) => [name, length])),
    free: async () => disk.space,
  };
  return disk;
}

/** What the system says when a disk is full. */
export function noSpaceLeft(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}
