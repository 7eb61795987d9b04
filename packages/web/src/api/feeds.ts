import type { TreePath } from '../tree/tree-path.ts';
import type { Api } from './client.ts';
import { readList, readNumber, readRecord, readText } from './read.ts';

/** The kind of task that watches a feed. */
export const FEED_KIND = 'feed';

/** Which of a feed's items are wanted. */
export interface FeedFilter {
  readonly url: string;
  /** Regular expressions on titles; '' for all, and for none. */
  readonly include: string;
  readonly exclude: string;
}

/** A feed that is to be watched. */
export interface FeedWish extends FeedFilter {
  readonly name: string;
  readonly path: TreePath;
  readonly tool: string;
  readonly every_minutes: number;
  /** Whether what it holds already is passed over. */
  readonly from_now: boolean;
  readonly after?: Readonly<Record<string, string | number>>;
}

export interface FeedItem {
  readonly title: string;
  /** Bytes; 0 where the feed does not tell. */
  readonly size: number;
  readonly taken: boolean;
}

/** Watches a feed from now on. @throws ApiError with what is wrong with it */
export async function watchFeed(api: Api, wish: FeedWish): Promise<void> {
  await api('/feed/watch', { body: wish });
}

/** What a feed holds now. @throws ApiError when it can't be had or is none */
export async function previewFeed(api: Api, filter: FeedFilter): Promise<readonly FeedItem[]> {
  const wire = readRecord(await api('/feed/preview', { body: filter }));
  return readList(wire['items']).map((value) => {
    const item = readRecord(value);
    return {
      title: readText(item['title']),
      size: readNumber(item['size']),
      taken: readText(item['passed']) === '',
    };
  });
}
