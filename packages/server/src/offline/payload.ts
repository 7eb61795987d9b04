import { RE2JS } from 're2js';
import { z } from 'zod';

const MAX_PATTERN = 200;

/** What is to be done with the files of a download that has come. */
export const afterRules = z.object({
  /** Files smaller than so many bytes go; 0 for none. */
  drop_smaller: z.number().int().min(0).default(0),
  /** Files whose names have this RE2 pattern in them go, whatever its case; '' for none. */
  drop_matching: z
    .string()
    .max(MAX_PATTERN)
    .refine((pattern) => isPattern(pattern), 'not a pattern')
    .default(''),
});

function isPattern(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}

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
