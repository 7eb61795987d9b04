import { z } from 'zod';
import { normalizePath } from '../../core/path.ts';
import type { OwnShare } from '../../core/share-address.ts';
import { ApiFailure } from './envelope.ts';
import { route, type Route } from './route.ts';
import { wireTime } from './wire-time.ts';

/** Ours: opens entries of a folder to others. `pass_code` may be left to the cloud with `make_pass_code`; without `days` it is for good. */
const create = route({
  method: 'POST',
  path: '/fs/share/create',
  access: 'user',
  request: z.object({
    dir: z.string(),
    names: z.array(z.string()).max(100).default([]),
    days: z.int().min(1).max(3650).optional(),
    pass_code: z.string().max(32).default(''),
    make_pass_code: z.boolean().default(false),
  }),
  async run({ dir, names, days, pass_code: code, make_pass_code: make }, { user, view, ctx }) {
    if (user.role === 'guest') throw new ApiFailure(403, 'You are a guest');
    if (names.length === 0) throw new ApiFailure(400, 'Empty file names');
    const limits = {
      ...(days === undefined ? {} : { days }),
      ...(code !== '' || make ? { passCode: code } : {}),
    };
    return wireShare(await view.shareOut(normalizePath(dir), { names, ...limits }, ctx));
  },
});

/** Ours: the shares that the account behind a path has made, one page. */
const list = route({
  method: 'POST',
  path: '/fs/share/list',
  access: 'admin',
  request: z.object({ path: z.string(), cursor: z.string().default('') }),
  async run({ path, cursor }, { view, ctx }) {
    const { shares, next } = await view.ownShares(normalizePath(path), cursor || undefined, ctx);
    return { content: shares.map(wireShare), next: next ?? '' };
  },
});

/** Ours: ends shares of the account behind a path. */
const remove = route({
  method: 'POST',
  path: '/fs/share/delete',
  access: 'admin',
  request: z.object({ path: z.string(), ids: z.array(z.string()).max(1000).default([]) }),
  async run({ path, ids }, { view, ctx }) {
    if (ids.length === 0) throw new ApiFailure(400, 'Empty ids');
    await view.endShares(normalizePath(path), ids, ctx);
  },
});

function wireShare(share: OwnShare): object {
  return {
    id: share.id,
    url: share.url,
    pass_code: share.passCode,
    title: share.title,
    open: share.open,
    created: wireTime(share.created),
    expires: share.expires === undefined ? null : wireTime(share.expires),
    views: share.views ?? null,
    saves: share.saves ?? null,
  };
}

/** The shares of one's own accounts. */
export const ownShareRoutes: readonly Route[] = [create, list, remove];
