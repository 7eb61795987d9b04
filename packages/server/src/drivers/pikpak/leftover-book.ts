import type { Leftover, RecordKeeper } from './account-record.ts';

/** More than these are never kept: the oldest are forgotten. */
const MAX_LEFTOVERS = 200;

/** What uploads have left in an account and is to be removed, on disk with the account. All throw as `RecordKeeper`. */
export interface LeftoverBook {
  all(): Promise<readonly Leftover[]>;
  add(leftover: Leftover): Promise<void>;
  /** A missing one is fine. */
  remove(fileId: string): Promise<void>;
}

export function leftoverBook(records: RecordKeeper): LeftoverBook {
  const others = async (fileId: string): Promise<readonly Leftover[]> =>
    (await records.load()).leftovers.filter((known) => known.fileId !== fileId);
  return {
    all: async () => (await records.load()).leftovers,
    async add(leftover) {
      const leftovers = [...(await others(leftover.fileId)), leftover].slice(-MAX_LEFTOVERS);
      await records.update({ leftovers });
    },
    async remove(fileId) {
      const leftovers = await others(fileId);
      if (leftovers.length < (await records.load()).leftovers.length) await records.update({ leftovers });
    },
  };
}
