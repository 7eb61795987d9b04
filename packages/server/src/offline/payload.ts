import { z } from 'zod';
import { afterRules } from './after/after-rules.ts';

/** What an offline download is to do. Kept sealed: links may hold secrets. */
export const offlinePayload = z.object({
  tool: z.string(),
  /** The folder as its owner sees it. */
  path: z.string(),
  url: z.string(),
  /** '' for the name that is found. */
  name: z.string().default(''),
  after: afterRules.optional(),
});

export type OfflinePayload = z.output<typeof offlinePayload>;

/** The same as it is asked for, before defaults are filled in. */
export type OfflineInput = z.input<typeof offlinePayload>;
