import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Ctx } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import type { HttpClient } from '../../core/http-client.ts';
import { normalizePath, relativeTo } from '../../core/path.ts';
import type { Task, UserTasks } from '../../tasks/task.ts';
import { checkMoveTo } from '../after/move-made.ts';
import type { OfflineDownloads, OfflineUser } from '../offline-downloads.ts';
import { FEED_KIND } from './feed-kind.ts';
import type { feedPayload, FeedPayload } from './feed-payload.ts';
import { fetchFeed } from './fetch-feed.ts';
import { type FeedItem, parseFeed } from './parse-feed.ts';
import { type Passed, picker } from './pick.ts';

/** Feeds of one user. */
const MAX_FEEDS = 100;
const LIVE = ['pending', 'running', 'waiting', 'retrying'] as const;

/** Feeds whose new items are downloaded. Each is a task of the kind `feed`, and is listed, stopped and removed as tasks are. */
export interface Feeds {
  /**
   * Watches a feed from now on; one that its owner watches already into the same folder is given in its place.
   * @throws StorageError `unsupported` for a folder that its tool, or where its rules move things, can't serve; `rate_limited` with 100 feeds.
   */
  watch(
    feed: z.input<typeof feedPayload>,
    user: OfflineUser & { readonly tasks: UserTasks },
    ctx: Ctx,
  ): Promise<Task>;
  /** What a feed holds now, and which of it would be taken. @throws as `fetchFeed` and `parseFeed` */
  preview(
    feed: Pick<FeedPayload, 'url' | 'include' | 'exclude' | 'smallest' | 'largest'>,
    ctx: Ctx,
  ): Promise<readonly { readonly item: FeedItem; readonly passed: Passed | undefined }[]>;
}

/** @param client must reach the public internet only */
export function createFeeds({
  client,
  offline,
}: {
  readonly client: HttpClient;
  readonly offline: Pick<OfflineDownloads, 'check'>;
}): Feeds {
  return {
    async watch(feed, { view, tasks, basePath }, ctx) {
      await offline.check(feed, { view, basePath }, ctx);
      const folder = await view.offline(normalizePath(feed.path), ctx);
      await checkMoveTo(feed.after?.move_to ?? '', { folder, view, ctx });
      const { total } = await tasks.list({ kind: FEED_KIND, states: LIVE, limit: 1 });
      if (total >= MAX_FEEDS) {
        throw new StorageError('rate_limited', `there are ${MAX_FEEDS} feeds already`, {
          detail: { remedy: 'Remove one that you no longer need.' },
        });
      }
      const { task } = await tasks.enqueue(FEED_KIND, feed, {
        name: `feed ${feed.name.trim()} to (${relativeTo(folder.fullPath, basePath)})`,
        // The address may hold a key, and keys of tasks are not sealed.
        dedupeKey: `feed ${createHash('sha256').update(`${basePath} ${folder.fullPath} ${feed.url}`).digest('base64url')}`,
        concurrency: { key: 'feeds', limit: 2 },
      });
      return task;
    },
    async preview(feed, ctx) {
      const fetched = await fetchFeed(feed.url, { etag: '', modified: '' }, { client, ctx });
      const passed = picker(feed);
      const items = fetched.type === 'feed' ? parseFeed(fetched.text) : [];
      return items.map((item) => ({ item, passed: passed(item) }));
    },
  };
}
