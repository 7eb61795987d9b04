import { z } from 'zod';

/** What an offline download is to do. Kept sealed: links may hold secrets. */
export const offlinePayload = z.object({
  tool: z.string(),
  /** The folder as its owner sees it. */
  path: z.string(),
  url: z.string(),
  /** '' for the name that is found. */
  name: z.string().default(''),
});

export type OfflinePayload = z.output<typeof offlinePayload>;
