import { z } from 'zod';

/** Entries of one folder that go to a folder of another storage, by paths as their owner sees them. */
export const transferPayload = z.object({
  from: z.string(),
  to: z.string(),
  names: z.array(z.string()),
  /** Where a file's name is taken: refuse, replace, leave out, or give the newcomer a number. */
  conflict: z.enum(['refuse', 'overwrite', 'skip', 'rename']),
});

export type TransferPayload = z.output<typeof transferPayload>;
