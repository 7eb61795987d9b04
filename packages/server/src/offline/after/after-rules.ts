import { RE2JS } from 're2js';
import { z } from 'zod';
import { MAX_PATTERN_LENGTH, namePattern } from '../../core/name-pattern.ts';

const MAX_DROP_PATTERN = 200;
const MAX_PATH = 4096;
const MAX_URL = 2048;

/** What is to be done with a download that has come, in this order. */
export const afterRules = z
  .object({
    /** Files smaller than so many bytes go; 0 for none. */
    drop_smaller: z.number().int().min(0).default(0),
    /** Files whose names have this RE2 pattern in them go, whatever its case; '' for none. */
    drop_matching: z
      .string()
      .max(MAX_DROP_PATTERN)
      .refine((pattern) => holds(() => RE2JS.compile(pattern)), 'not a pattern')
      .default(''),
    /** What this RE2 pattern finds in names is replaced; '' for nothing. */
    rename_matching: z.string().max(MAX_PATTERN_LENGTH).default(''),
    /** By this, where `$1` or `${name}` is what a group has found. */
    rename_to: z.string().max(MAX_PATTERN_LENGTH).default(''),
    /** The folder into which it goes then, as the user sees it; '' for where it is. */
    move_to: z.string().max(MAX_PATH).default(''),
    /** An address of the public internet that is told of it; '' for none. */
    webhook: z
      .string()
      .max(MAX_URL)
      .refine((url) => url === '' || isPlainUrl(url), 'not a http or https address without a user name in it')
      .default(''),
  })
  .refine(
    ({ rename_matching: pattern, rename_to: by }) => pattern === '' || holds(() => namePattern(pattern, by)),
    { path: ['rename_matching'], message: 'not a pattern, or too complex' },
  );

export type AfterRules = z.output<typeof afterRules>;

function holds(makes: () => unknown): boolean {
  try {
    makes();
    return true;
  } catch {
    return false; // the caller says what of
  }
}

function isPlainUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}
