import { z } from 'zod';
import type { Ctx } from '../../core/driver.ts';
import type { Link } from '../../core/link.ts';
import { normalizePath, ROOT } from '../../core/path.ts';
import type { OpenFile } from '../../vfs/view.ts';
import { ApiFailure } from './envelope.ts';
import { proxyUrl } from '../file-url.ts';
import { fsGet } from './fs-get.ts';
import { fsList } from './fs-list.ts';
import { route, type Route } from './route.ts';
import { required } from './bind.ts';
import { wireVariants } from './variants.ts';
import { wireTime } from './wire-time.ts';

/** Rights over the whole tree, for what the reference lets an admin ask by full path. */
const WHOLE_TREE = { basePath: ROOT, admin: true, permission: 0 };

/** `fs/dirs` (API reference §3.4): the folders of a folder, for pickers. */
const fsDirs = route({
  method: 'ANY',
  path: '/fs/dirs',
  access: 'user',
  request: z.object({
    path: z.string().default('/'),
    password: z.string().default(''),
    force_root: z.boolean().default(false),
  }),
  async run(input, { user, view, ctx }, door) {
    if (input.force_root && !user.admin) throw new ApiFailure(403, 'Permission denied');
    const tree = input.force_root ? door.viewOf(WHOLE_TREE) : view;
    const { nodes } = await tree.list(normalizePath(input.path), {}, ctx);
    const folders = nodes.filter(({ entry }) => entry.kind === 'folder');
    if (folders.length === 0) return null;
    return folders.map(({ entry }) => ({ name: entry.name, modified: wireTime(entry.modified) }));
  },
});

/**
 * `fs/link` (API reference §3.12): the upstream address of a file, by full path, for download proxies. `refused` is ours: an address that
 * its host refuses, which is dropped when it is still the one that is kept.
 */
const fsLink = route({
  method: 'POST',
  path: '/fs/link',
  access: 'download-proxy',
  request: z.object({ path: required('Link.Path'), refused: z.string().default('') }),
  async run(input, { origin, ctx }, door) {
    const path = normalizePath(input.path);
    const file = await door.viewOf(WHOLE_TREE).open(path, ctx);
    const plain = { concurrency: 0, part_size: 0, content_length: file.node.entry.size };
    if (file.source === 'read') {
      const url = proxyUrl(origin, { fullPath: path, storage: file.storage }, door, 'd');
      return { url, header: null, Expiration: null, ...plain };
    }
    const link = await freshLink(file, input.refused, ctx);
    const headers = Object.entries(link.headers).map(([name, value]) => [name, [value]] as const);
    return {
      url: link.url,
      header: headers.length === 0 ? null : Object.fromEntries(headers),
      Expiration:
        link.expiresAt === undefined ? null : Math.max(0, link.expiresAt - door.clock.now()) * 1_000_000,
      ...plain,
    };
  },
});

async function freshLink(file: OpenFile, refused: string, ctx: Ctx): Promise<Link> {
  const link = await file.link('download', ctx);
  if (refused === '' || new URL(link.url).href !== refused) return link;
  file.forgetLink();
  return file.link('download', ctx);
}

/**
 * `fs/other` (API reference §3.6): what a driver can do beyond the common. `variants`, ours, and the reference's `video_preview` list the
 * forms in which a file can be played.
 */
const fsOther = route({
  method: 'ANY',
  path: '/fs/other',
  access: 'user',
  request: z.object({ path: z.string(), method: z.string().default(''), password: z.string().default('') }),
  async run(input, session, door) {
    if (input.method !== 'variants' && input.method !== 'video_preview') {
      throw new ApiFailure(500, 'not implement');
    }
    const { node, storage } = await session.view.open(normalizePath(input.path), session.ctx);
    const variants = await wireVariants({ ...node, storage }, session, door);
    if (variants.length === 0) throw new ApiFailure(500, 'not implement');
    return { variants };
  },
});

export const fsRoutes: readonly Route[] = [fsList, fsGet, fsDirs, fsOther, fsLink];
