import { z } from 'zod';
import { may, Permission } from '../../core/rights.ts';
import { ApiFailure } from './envelope.ts';
import { route, type Route } from './route.ts';
import { taskRecord } from './task-record.ts';

/**
 * `fs/add_offline_download` (API reference §3.13). Nothing is begun when a link is none or the tool can't serve the folder. `delete_policy` is
 * about copies that a tool leaves; none of ours does.
 */
const addOfflineDownload = route({
  method: 'POST',
  path: '/fs/add_offline_download',
  access: 'user',
  request: z.object({
    path: z.string(),
    urls: z.array(z.string()).default([]),
    tool: z.string().default(''),
    delete_policy: z.string().default(''),
    /** Beyond AList: the name of a single link's file or folder. */
    name: z.string().default(''),
  }),
  async run({ path, urls, tool, name }, session, door) {
    const { user, view, ctx, clientId } = session;
    if (!may(user, Permission.offlineDownload)) throw new ApiFailure(403, 'permission denied');
    const wish = { path, urls: urls.filter((url) => url.trim() !== ''), tool, name };
    const tasks = await door.offline.add(
      wish,
      { view, tasks: door.tasks.of(user), basePath: user.basePath },
      ctx,
    );
    return { tasks: tasks.map((task) => taskRecord(task, user, clientId)) };
  },
});

/** Fetching links into the tree. */
export const offlineRoutes: readonly Route[] = [addOfflineDownload];
