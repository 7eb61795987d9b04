import { bodyOf, type Change, requireLive } from '../drive/changes/change-deps.ts';
import { pageLimit } from '../drive/paging.ts';
import { fileNotFound, invalidArgument } from '../refusal.ts';
import { type Body, textOf } from '../request.ts';
import { wireTime } from '../wire-time.ts';
import type { RestoreDeps } from './restore.ts';
import type { Share } from './share.ts';
import { ownerOf, type ShareDeps } from './share-calls.ts';
import { STATUS_TEXTS } from './share.ts';

/** What an account's own shares work with. */
export interface OwnShareDeps extends RestoreDeps, Pick<ShareDeps, 'pages'> {}

const DAY_MS = 86_400_000;
const CODE_LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';
const MAX_DAYS = 3650;

/** `POST /drive/v1/share` (protocol reference §6.8): makes a share of items of the caller's drive. Its texts are guesses. */
export function createShare(deps: OwnShareDeps, change: Change): object {
  const { drive } = change;
  const body = bodyOf(change);
  const ids = body['file_ids'];
  if (!Array.isArray(ids) || ids.length === 0) throw invalidArgument('file_ids is empty');
  const items = ids.map((id: unknown) => {
    const node = typeof id === 'string' ? drive.tree.get(id) : undefined;
    if (node === undefined) throw fileNotFound();
    requireLive(drive, node);
    return node;
  });
  const days = daysOf(body);
  const passCode = passCodeOf(body, deps.ids.item());
  const now = deps.now();
  const share: Share = {
    id: deps.ids.item(),
    title: items[0]?.name ?? '',
    drive,
    rootIds: items.map(({ id }) => id),
    createdAt: now,
    expirationDays: days,
    ...(passCode === '' ? {} : { passCode }),
    ...(days === -1 ? {} : { expiresAt: now + days * DAY_MS }),
  };
  deps.shares.add(share);
  const url = urlOf(share);
  return {
    share_id: share.id,
    share_url: url,
    pass_code: passCode,
    share_text: url,
    share_list: [],
    share_error_files: [],
  };
}

/** `GET /drive/v1/share/list` (§6.8). Cursors are ours; the service's are share ids. */
export function listShares(deps: OwnShareDeps, { drive, call }: Change): object {
  const { query } = call.request;
  const page = deps.pages.cut({
    items: deps.shares.madeBy(drive.account.userId),
    scope: `shares ${drive.account.userId}`,
    limit: pageLimit(query.get('limit')),
    token: query.get('page_token') ?? '',
  });
  return { data: page.items.map((share) => entryOf(deps, share)), next_page_token: page.next };
}

/** `POST /drive/v1/share:batchDelete` (§6.8). Ids of others and unknown ones are passed over (guess). */
export function deleteShares(deps: OwnShareDeps, change: Change): object {
  const ids = bodyOf(change)['ids'];
  if (!Array.isArray(ids) || ids.length === 0) throw invalidArgument('ids is empty');
  const mine = new Set(deps.shares.madeBy(change.drive.account.userId).map(({ id }) => id));
  for (const id of ids) if (mine.has(id)) deps.shares.remove(id);
  return {};
}

function entryOf(deps: OwnShareDeps, share: Share & { readonly createdAt: number }): object {
  const status = deps.shares.standing(share);
  const { views, restores } = deps.shares.countsOf(share.id);
  const [first = ''] = share.rootIds;
  const node = share.drive.tree.get(first);
  return {
    share_id: share.id,
    share_status: status,
    share_status_text: STATUS_TEXTS[status],
    title: share.title,
    pass_code: share.passCode ?? '',
    file_num: String(share.rootIds.length),
    restore_limit: '-1',
    restore_count: String(restores),
    view_count: String(views),
    expiration_days: String(share.expirationDays ?? -1),
    expiration_at: share.expiresAt === undefined ? '-1' : wireTime(share.expiresAt),
    create_time: wireTime(share.createdAt),
    user_info: ownerOf(share),
    share_url: urlOf(share),
    file_id: first,
    file_kind: node?.kind === 'file' ? 'drive#file' : 'drive#folder',
    file_size: node?.kind === 'file' ? String(node.content.blob.size) : '0',
    share_to: share.passCode === undefined ? 'publiclink' : 'encryptedlink',
    params: {},
  };
}

function urlOf({ id }: Share): string {
  return `https://mypikpak.com/s/${id}`;
}

/** -1 for ever, else days; that others are refused is a guess. */
function daysOf(body: Body): number {
  const days: unknown = body['expiration_days'] ?? -1;
  const ok = typeof days === 'number' && Number.isInteger(days) && (days === -1 || days > 0);
  if (!ok || days > MAX_DAYS) throw invalidArgument('expiration_days is not valid');
  return days;
}

/** '' for none. Codes that the service makes up have four characters (§9.12), own ones 4 to 10 (field observation). */
function passCodeOf(body: Body, seed: string): string {
  if (textOf(body, 'pass_code_option') !== 'REQUIRED') return '';
  const custom = textOf(body, 'custom_pass_code');
  if (custom === '') {
    const letters = Array.from(
      seed.slice(2, 6),
      (one) => CODE_LETTERS[one.charCodeAt(0) % CODE_LETTERS.length],
    );
    return letters.join('');
  }
  if (!/^[\w]{4,10}$/.test(custom)) throw invalidArgument('custom_pass_code is not valid');
  return custom;
}
