import { may, Permission } from '../../core/rights.ts';
import { feedPayload } from '../../offline/feeds/feed-payload.ts';
import { ApiFailure } from './envelope.ts';
import { route, type Route, type Session } from './route.ts';
import { taskRecord } from './task-record.ts';

/** As for a single download. @throws ApiFailure 403 */
function checkMay({ user }: Session): void {
  if (!may(user, Permission.offlineDownload)) throw new ApiFailure(403, 'permission denied');
}

/** Watches a feed. It is a task then: `task/feed/…` lists, retries, cancels and deletes it. Beyond AList. */
const watchFeed = route({
  method: 'POST',
  path: '/feed/watch',
  access: 'user',
  request: feedPayload,
  async run(feed, session, door) {
    checkMay(session);
    const { user, view, ctx, clientId } = session;
    const asked = { view, basePath: user.basePath, tasks: door.tasks.of(user) };
    return { task: taskRecord(await door.feeds.watch(feed, asked, ctx), user, clientId) };
  },
});

/** What a feed holds, and which of it its patterns and sizes would let through. Beyond AList. */
const previewFeed = route({
  method: 'POST',
  path: '/feed/preview',
  access: 'user',
  request: feedPayload.pick({ url: true, include: true, exclude: true, smallest: true, largest: true }),
  async run(feed, session, door) {
    checkMay(session);
    const items = await door.feeds.preview(feed, session.ctx);
    return {
      items: items.map(({ item: { title, link, size }, passed }) => ({
        title,
        link,
        size,
        passed: passed ?? '',
      })),
    };
  },
});

/** Feeds of which new items are downloaded. */
export const feedRoutes: readonly Route[] = [watchFeed, previewFeed];
