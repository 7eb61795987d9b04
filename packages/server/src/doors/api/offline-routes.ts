import { z } from 'zod';
import { normalizePath } from '../../core/path.ts';
import { afterRules } from '../../offline/after/after-rules.ts';
import { may, Permission } from '../../core/rights.ts';
import { ApiFailure } from './envelope.ts';
import { route, type Route } from './route.ts';
import { taskRecord } from './task-record.ts';
import { usageRecord } from './usage.ts';

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
    /** Beyond AList: what becomes of it when it has come. */
    after: afterRules.optional(),
  }),
  async run({ path, urls, tool, name, after }, session, door) {
    const { user, view, ctx, clientId } = session;
    if (!may(user, Permission.offlineDownload)) throw new ApiFailure(403, 'permission denied');
    const wish = {
      path,
      urls: urls.filter((url) => url.trim() !== ''),
      tool,
      name,
      ...(after === undefined ? {} : { after }),
    };
    const tasks = await door.offline.add(
      wish,
      { view, tasks: door.tasks.of(user), basePath: user.basePath },
      ctx,
    );
    return { tasks: tasks.map((task) => taskRecord(task, user, clientId)) };
  },
});

/** What the account behind a folder has used of what it may, and what will be in the way soon. Beyond AList. */
const fsUsage = route({
  method: 'GET',
  path: '/fs/usage',
  access: 'user',
  request: z.object({ path: z.string().default('/') }),
  async run({ path }, { user, view, ctx }, { clock }) {
    if (user.role === 'guest') throw new ApiFailure(403, 'You are a guest');
    const at = normalizePath(path);
    const [space, allowances = {}] = await Promise.all([view.quota(at, ctx), view.allowances(at, ctx)]);
    return usageRecord({ space, allowances }, clock.now());
  },
});

/** Fetching links into the tree, and what that may use. */
export const offlineRoutes: readonly Route[] = [addOfflineDownload, fsUsage];

/**
 * `admin/setting/set_…` for each tool (API reference §6.5), by which AList's frontends set it up. Tools here need no folder of their own, as
 * things are fetched to where they are wanted: the answer says whether the tool could serve the folder, and nothing is kept.
 */
export function toolRoutes(tools: readonly string[]): readonly Route[] {
  return tools.map((tool) =>
    route({
      method: 'POST',
      path: `/admin/setting/set_${tool.toLowerCase()}`,
      access: 'admin',
      request: z.object({ temp_dir: z.string().default('') }),
      async run({ temp_dir: path }, { user, view, ctx }, { offline }) {
        if (path.trim() !== '') {
          await offline.check({ path, tool }, { view, basePath: user.basePath }, ctx);
        }
        return 'ok';
      },
    }),
  );
}
