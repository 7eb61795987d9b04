import type { Ctx } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import { checkGivenName } from '../core/own-folder.ts';
import { normalizePath, relativeTo, type TreePath } from '../core/path.ts';
import type { Task, UserTasks } from '../tasks/task.ts';
import type { View } from '../vfs/view.ts';
import { checkMoveTo } from './after/move-made.ts';
import { linkKey } from './link-key.ts';
import type { OfflineInput } from './payload.ts';
import type { OfflineTool } from './tool.ts';

/** Links that one request may hold. */
const MAX_LINKS = 500;

export interface OfflineWish {
  /** As the user sees it. */
  readonly path: string;
  readonly urls: readonly string[];
  readonly tool: string;
  /** For a single link. */
  readonly name?: string;
  /** What is to be done with what has come. */
  readonly after?: OfflineInput['after'];
}

export interface OfflineUser {
  readonly view: View;
  readonly basePath: TreePath;
}

/** Takes wishes for offline downloads. */
export interface OfflineDownloads {
  /** Sorted names of the tools that are ready. */
  tools(): readonly string[];
  /** Whether a tool can serve a folder. @throws `unsupported` when it can't or isn't there, with what to do; `not_found`. */
  check(wish: Pick<OfflineWish, 'path' | 'tool'>, user: OfflineUser, ctx: Ctx): Promise<void>;
  /**
   * Begins a task for each link; one that lives already for the same link and folder is given in its place. All is checked before the first is
   * made, so that a wish that can't be served makes none.
   * @throws `invalid_argument`; `unsupported` for a tool that is not there or can't serve the folder, with what to do.
   */
  add(
    wish: OfflineWish,
    user: OfflineUser & { readonly tasks: UserTasks },
    ctx: Ctx,
  ): Promise<readonly Task[]>;
}

export function createOfflineDownloads(tools: readonly OfflineTool[]): OfflineDownloads {
  const names = tools.map(({ name }) => name).sort();
  /** The tool and the folder that it can serve. Older clients write some names in lower case (API reference §4.6). */
  const served = async (
    { path, tool: asked, urls }: Pick<OfflineWish, 'path' | 'tool' | 'urls'>,
    { view, basePath }: OfflineUser,
    ctx: Ctx,
  ) => {
    const tool = tools.find((one) => one.name.toLowerCase() === asked.toLowerCase());
    if (tool === undefined) throw unknownTool(asked, names);
    const folder = await view.offline(normalizePath(path), ctx);
    const refusal = await tool.refusal({ folder, view }, basePath, { path, urls, ctx });
    if (refusal !== undefined) throw refusal;
    return { tool, folder };
  };
  return {
    tools: () => names,
    check: async (wish, user, ctx) => void (await served({ ...wish, urls: [] }, user, ctx)),
    async add({ path, urls, tool: asked, name = '', after }, { view, tasks, basePath }, ctx) {
      const links = [...new Map(urls.map((url) => [linkKey(url), url.trim()])).entries()];
      if (links.length === 0 || links.length > MAX_LINKS) {
        throw new StorageError('invalid_argument', `give 1 to ${MAX_LINKS} links at a time`);
      }
      if (name !== '') checkGivenName(name);
      const wish = { path, tool: asked, urls: links.map(([, url]) => url) };
      const { tool, folder } = await served(wish, { view, basePath }, ctx);
      await checkMoveTo(after?.move_to ?? '', { folder, view, ctx });
      const made: Task[] = [];
      for (const [key, url] of links) {
        const payload: OfflineInput = {
          tool: tool.name,
          path,
          url,
          name: links.length === 1 ? name : '',
          ...(after === undefined ? {} : { after }),
        };
        const { task } = await tasks.enqueue('offline_download', payload, {
          name: `download ${url} to (${relativeTo(folder.fullPath, basePath)})`, // an owner who is confined knows no other path
          dedupeKey: `${tool.name} ${folder.fullPath} ${key}`,
          concurrency: { key: `offline ${folder.storage.id}`, limit: 3 },
        });
        made.push(task);
      }
      return made;
    },
  };
}

function unknownTool(name: string, names: readonly string[]): StorageError {
  return new StorageError('unsupported', `failed get tool: tool ${name} not found`, {
    detail: { remedy: `There are ${names.join(', ')}.` },
  });
}
