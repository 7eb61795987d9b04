import { z } from 'zod';
import { normalizePath } from '../../core/path.ts';
import type { Listing, ListOptions } from '../../vfs/view.ts';
import { encodeJson, JsonPieces } from './envelope.ts';
import { route } from './route.ts';

const request = z.object({
  path: z.string().default('/'),
  password: z.string().default(''),
  page: z.int().default(1),
  per_page: z.int().default(0),
  refresh: z.boolean().default(false),
});

/**
 * `fs/list` (API reference §3.2). Absent and non-positive `per_page` mean everything. With a page, the answer waits for no more of
 * the storage's own pages than it needs; then `total` says one more than is known and `has_more` that there is more.
 */
export const fsList = route({
  method: 'ANY',
  path: '/fs/list',
  access: 'user',
  request,
  async run(input, { user, view, ctx }, door) {
    const path = normalizePath(input.path);
    const page = Math.max(1, input.page);
    const listing = await view.list(path, listOptions(page, input.per_page, input.refresh), ctx);
    const write = await view.canWrite(path, ctx);
    const content = door.records.content(listing, door, user);
    const summary = {
      total: totalOf(listing),
      readme: '',
      header: '',
      write,
      provider: listing.folder.storage?.driver ?? 'unknown',
      ...paging(listing, page, input.per_page),
      write_content_bypass: false,
      trash: listing.trash ?? false,
    };
    return new JsonPieces('{"content":', content, `,${encodeJson(summary).slice(1)}`);
  },
});

function listOptions(page: number, perPage: number, refresh: boolean): ListOptions {
  if (perPage <= 0) return { refresh };
  return { offset: (page - 1) * perPage, limit: perPage, refresh };
}

function totalOf({ known, complete }: Listing): number {
  return complete ? known : known + 1;
}

function paging(listing: Listing, page: number, perPage: number): object {
  const total = totalOf(listing);
  const all = perPage <= 0;
  return {
    filtered_total: total,
    page,
    per_page: all ? -1 : perPage,
    has_more: !all && (!listing.complete || page * perPage < listing.known),
    pages_total: all ? Math.min(total, 1) : Math.ceil(total / perPage),
  };
}
