import { RE2JS } from 're2js';
import type { FeedPayload } from './feed-payload.ts';
import type { FeedItem } from './parse-feed.ts';

/** Why a feed's item is not taken. */
export type Passed = 'title' | 'size';

/** @returns what tells for an item why it is not to be taken; undefined for one that is */
export function picker(
  rules: Pick<FeedPayload, 'include' | 'exclude' | 'smallest' | 'largest'>,
): (item: FeedItem) => Passed | undefined {
  const compiled = (text: string): RE2JS | undefined =>
    text === '' ? undefined : RE2JS.compile(text, RE2JS.CASE_INSENSITIVE);
  const [include, exclude] = [compiled(rules.include), compiled(rules.exclude)];
  return ({ title, size }) => {
    if (include?.matcher(title).find() === false || exclude?.matcher(title).find() === true) return 'title';
    if (size === 0) return undefined;
    const fits = size >= rules.smallest && (rules.largest === 0 || size <= rules.largest);
    return fits ? undefined : 'size';
  };
}
