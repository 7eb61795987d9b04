import type { SpooledFile } from './spooled-file.ts';

/** Whole uploads that tasks take to their storages. They stay here over restarts, until somebody lets go of them. */
export interface HeldUploads {
  /** Resolves with the file's id when it is safe from a crash. */
  hold(file: SpooledFile): Promise<string>;
  /** The task that is to have it is on disk. */
  settle(id: string): void;
  get(id: string): SpooledFile | undefined;
  /** Ids of those that a task is on disk for. */
  settled(): readonly string[];
  /** A missing one is fine. */
  release(id: string): Promise<void>;
}

/** @param left what a process before this one has left */
export function createHeldUploads(left: readonly SpooledFile[]): HeldUploads {
  const files = new Map(left.map((file) => [file.journal.id, file]));
  const unsettled = new Set<string>();
  return {
    async hold(file) {
      const { id } = file.journal;
      unsettled.add(id);
      files.set(id, file);
      await file.journal.hold();
      return id;
    },
    settle: (id) => void unsettled.delete(id),
    get: (id) => files.get(id),
    settled: () => [...files.keys()].filter((id) => !unsettled.has(id)),
    async release(id) {
      const file = files.get(id);
      files.delete(id);
      unsettled.delete(id);
      await file?.discard();
    },
  };
}
