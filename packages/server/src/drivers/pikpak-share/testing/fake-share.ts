import { Readable } from 'node:stream';
import { type FakeClock, fakeClock, fakeRandom } from '../../../../testing/fake-clock.ts';
import { createAccounts } from '../../../accounts/registry.ts';
import type { Env } from '../../../core/driver.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../../../core/http-client.ts';
import type { MemoryTree } from '../../memory/index.ts';
import { type Answer, type FakeCloud, fakeCloud, refused } from '../../pikpak/testing/fake-cloud.ts';
import { QUIET, tableOver } from '../../pikpak/testing/sandbox-world.ts';

/** Share calls, for scripting them one by one. */
export const SHARE_PATHS = {
  info: '/drive/v1/share',
  detail: '/drive/v1/share/detail',
  file: '/drive/v1/share/file_info',
} as const;

export const FAKE_SHARE_ID = 'VNfakeShare';

const CDN = 'dl-a10b-0001.mypikpak.net';
const WHEN = '2026-01-02T03:04:05.678+08:00';

interface Item {
  readonly id: string;
  readonly parentId: string;
  readonly name: string;
  /** undefined for a folder. */
  readonly bytes: Uint8Array | undefined;
}

/**
 * A cloud with one open share that holds a tree. Pages have at most `pageSize` entries, whatever is asked for. A file that is listed is an
 * empty folder to it, as it may be to the real one.
 */
export function fakeShare(tree: MemoryTree, pageSize: number): { cloud: FakeCloud; http: HttpClient } {
  const items = itemsOf(tree, '');
  const cloud = fakeCloud();
  cloud.on(SHARE_PATHS.detail, ({ query }) => {
    const parent = query.get('parent_id') ?? '';
    if (parent !== '' && !items.some(({ id }) => id === parent)) return refused(404, 'file_not_found', 5);
    const inside = items.filter(({ parentId }) => parentId === parent);
    const start = Number(query.get('page_token') ?? '0');
    const next = start + pageSize < inside.length ? String(start + pageSize) : '';
    return page(inside.slice(start, start + pageSize), next);
  });
  cloud.on(SHARE_PATHS.file, ({ query }) => {
    const item = items.find(({ id }) => id === query.get('file_id'));
    if (item === undefined) return refused(404, 'file_not_found', 5);
    return { json: { share_status: 'OK', file_info: fileJson(item, { linked: true }) } };
  });
  return { cloud, http: withContent(cloud, items) };
}

/** A page of files, as JSON. */
function page(items: readonly Item[], next: string): Answer {
  const files = items.map((item) => fileJson(item, { linked: false }));
  return { json: { share_status: 'OK', share_status_text: '', files, next_page_token: next } };
}

function itemsOf(tree: MemoryTree, parentId: string): Item[] {
  return Object.entries(tree).flatMap(([name, node], index) => {
    const id = `${parentId || 'VN'}-${index}`;
    if (typeof node === 'string') return [{ id, parentId, name, bytes: Buffer.from(node) }];
    if (node instanceof Uint8Array) return [{ id, parentId, name, bytes: node }];
    return [{ id, parentId, name, bytes: undefined }, ...itemsOf(node, id)];
  });
}

function fileJson({ id, parentId, name, bytes }: Item, { linked }: { readonly linked: boolean }) {
  const url = `https://${CDN}/download/?fid=${id}&expire=4000000000`;
  return {
    kind: bytes === undefined ? 'drive#folder' : 'drive#file',
    id,
    parent_id: parentId,
    name,
    size: String(bytes?.length ?? 0),
    created_time: WHEN,
    modified_time: WHEN,
    phase: 'PHASE_TYPE_COMPLETE',
    trashed: false,
    web_content_link: linked && bytes !== undefined ? url : '',
    medias: [],
  };
}

/** The cloud, with a CDN behind the links that it gives. */
function withContent(cloud: FakeCloud, items: readonly Item[]): HttpClient {
  return {
    async request(request) {
      const url = new URL(request.url);
      if (url.host !== CDN) return cloud.request(request);
      const bytes = items.find(({ id }) => id === url.searchParams.get('fid'))?.bytes;
      return bytes === undefined ? response(404, {}) : range(request, bytes);
    },
  };
}

function range({ headers = {} }: HttpRequest, bytes: Uint8Array): HttpResponse {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers['Range'] ?? '') ?? [];
  if (first === undefined || last === undefined) return response(200, {}, bytes);
  const part = bytes.subarray(Number(first), Number(last) + 1);
  return response(206, { 'content-range': `bytes ${first}-${last}/${bytes.length}` }, part);
}

function response(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array = Buffer.alloc(0),
): HttpResponse {
  return { status, headers, body: Readable.from([body]) };
}

/** What a share driver stands on when its cloud is scripted. */
export function fakeEnv(http: HttpClient): { env: Env; clock: FakeClock } {
  const clock = fakeClock();
  const accounts = createAccounts({ table: tableOver(new Map()), log: QUIET });
  return { clock, env: { http: () => http, clock, random: fakeRandom(), log: QUIET, accounts } };
}
