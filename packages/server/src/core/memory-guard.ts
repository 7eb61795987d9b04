/** How the process stands, and how to give memory back. */
export interface ProcessMemory {
  /** Resident bytes of the process. Cheap. */
  resident(): number;
  /** Frees what nobody uses any more, and returns it to the system. Takes some 10 ms. */
  collect(): void;
}

/** Watches memory while many bytes pass. */
export interface MemoryGuard {
  /** Told of bytes that have passed. */
  passed(bytes: number): void;
}

const MIB = 2 ** 20;
/** How often to look: it costs a system call. */
const LOOK_EVERY_BYTES = 2 * MIB;
/** Up to here nothing is done: the idle process (some 85 MB, decision 0018), and room for a few streams. */
const FLOOR_BYTES = 100 * MIB;
/** How much the process may grow beyond what was left after the last collection: little while that keeps it small (decision 0005), more where it can't. */
const ROOM_BYTES = 4 * MIB;
const ROOM_OF_LARGE_BYTES = 20 * MIB;
const LARGE_BYTES = 190 * MIB;

/**
 * Every chunk that passes leaves a buffer behind. The runtime's collector lets such buffers lie until their sum has doubled what is in use, some
 * 150 MB with fifty streams; here it is called as soon as they have grown by a few MB. When what is left is in use, the bar
 * moves up, so that memory which is needed does not make it run again and again.
 */
export function createMemoryGuard(memory: ProcessMemory): MemoryGuard {
  let unseen = 0;
  let bar = FLOOR_BYTES;
  return {
    passed(bytes) {
      unseen += bytes;
      if (unseen < LOOK_EVERY_BYTES) return;
      unseen = 0;
      if (memory.resident() < bar) return;
      memory.collect();
      const left = memory.resident();
      bar = Math.max(FLOOR_BYTES, left + (left < LARGE_BYTES ? ROOM_BYTES : ROOM_OF_LARGE_BYTES));
    },
  };
}
