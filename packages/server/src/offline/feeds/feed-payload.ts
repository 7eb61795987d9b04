import { z } from 'zod';
import { MAX_PATTERN_LENGTH, namePattern } from '../../core/name-pattern.ts';
import { afterRules } from '../after/after-rules.ts';

const LEAST_MINUTES = 10;
const A_WEEK = 7 * 24 * 60;

const pattern = z
  .string()
  .max(MAX_PATTERN_LENGTH)
  .refine((text) => isPattern(text), 'not a pattern, or too complex')
  .default('');

function isPattern(text: string): boolean {
  try {
    namePattern(text, '');
    return true;
  } catch {
    return false;
  }
}

/** A feed that is watched for its owner. Kept sealed: addresses of feeds hold keys. */
export const feedPayload = z.object({
  name: z.string().trim().min(1).max(100),
  url: z
    .string()
    .max(4096)
    .refine((text) => {
      const url = URL.parse(text);
      return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
    }, 'not a http or https address without a user name in it'),
  /** The folder as its owner sees it. */
  path: z.string().max(4096),
  tool: z.string(),
  /** RE2, whatever the case: titles that are taken, '' for all; and those that are not, '' for none. */
  include: pattern,
  exclude: pattern,
  /** Bytes; 0 for any. Items of which the feed tells no size are taken. */
  smallest: z.number().int().min(0).default(0),
  largest: z.number().int().min(0).default(0),
  every_minutes: z.number().int().min(LEAST_MINUTES).max(A_WEEK).default(30),
  /** Whether what the feed holds at the first look is passed over. */
  from_now: z.boolean().default(true),
  after: afterRules.optional(),
});

export type FeedPayload = z.output<typeof feedPayload>;
