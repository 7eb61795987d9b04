import { maskEmail } from '../account/profile.ts';
import { type FileLinks, type FileView, fileJson, NO_LINKS } from '../drive/file-json.ts';
import { type FilesDeps, viewOf } from '../drive/files.ts';
import { parseFilters } from '../drive/filters.ts';
import { linkJson, mediasJson } from '../drive/media-json.ts';
import type { DriveNode, FileNode } from '../drive/node.ts';
import { pageLimit } from '../drive/paging.ts';
import { compareNodes } from '../drive/tree.ts';
import { fileNotFound, invalidArgument } from '../refusal.ts';
import type { Call } from '../router.ts';
import { wireTime } from '../wire-time.ts';
import { type Share, type ShareStatus, STATUS_TEXTS } from './share.ts';
import type { ShareAccess, ShareGate } from './share-access.ts';
import type { ShareBook } from './share-book.ts';

/** What the share calls work with. */
export interface ShareDeps extends Pick<FilesDeps, 'now' | 'rules' | 'links' | 'pages' | 'linkBase'> {
  readonly gate: ShareGate;
  readonly shares: ShareBook;
}

const NO_END = '-1';
const DAY_MS = 86_400_000;

/** `GET /drive/v1/share` (protocol reference §6.2): the share's root, whatever `parent_id` says (rule S4). */
export function shareInfo(deps: ShareDeps, call: Call): object {
  const { query, caller } = call.request;
  const given = { passCode: query.get('pass_code') ?? '', token: query.get('pass_code_token') ?? '' };
  const access = deps.gate.byPassCode(shareIdOf(call), given, caller);
  if (access.status !== 'OK') return refusedList(access.status);
  const { share } = access;
  return {
    ...okStatus(),
    pass_code_token: deps.gate.tokenFor(share),
    title: share.title,
    file_num: String(countItems(share)),
    ...sharePage(deps, share, { call, parentId: '' }),
    user_info: ownerOf(share),
    ...endOf(share, deps.now()),
    restore_count_left: restoresLeft(deps.shares, share),
    params: { anonymous_play_seconds: '120', auto_play: 'true' },
  };
}

/** `GET /drive/v1/share/detail` (§6.3): one folder inside the share, by pages. */
export function shareDetail(deps: ShareDeps, call: Call): object {
  const access = accessByToken(deps, call);
  if (access.status !== 'OK') return refusedList(access.status);
  const parentId = call.request.query.get('parent_id') ?? '';
  return { ...okStatus(), ...sharePage(deps, access.share, { call, parentId }) };
}

/** `GET /drive/v1/share/file_info` (§6.4). An id outside the share is not found (rule S4); that this is a 404 is a guess. */
export function shareFileInfo(deps: ShareDeps, call: Call): object {
  const access = accessByToken(deps, call);
  if (access.status !== 'OK') return { ...refusedStatus(access.status), file_info: null };
  const { share } = access;
  const node = nodeInside(share, call.request.query.get('file_id') ?? '');
  const view = { ...shareView(deps, share, { call, node }), params: playRange(deps, share, node) };
  return { ...okStatus(), file_info: fileJson(node, view, sharedLinks(deps, node, call)) };
}

/** How much of an original an anonymous reader gets, as a text such as `0.45` (field observation). */
function playRange({ rules }: ShareDeps, share: Share, node: DriveNode): Readonly<Record<string, string>> {
  if (node.kind === 'folder') return {};
  const { sharedCut } = rules;
  const ofSeed = node.film === undefined ? undefined : share.anonymousRange;
  const part = sharedCut === undefined ? ofSeed : sharedCut.told ? sharedCut.part : undefined;
  return part === undefined ? {} : { anonymous_play_range: part.toFixed(2) };
}

function accessByToken(deps: ShareDeps, call: Call): ShareAccess {
  const token = call.request.query.get('pass_code_token') ?? '';
  return deps.gate.byToken(shareIdOf(call), token, call.request.caller);
}

function shareIdOf(call: Call): string {
  const shareId = call.request.query.get('share_id') ?? '';
  if (shareId === '') throw invalidArgument('share_id is empty');
  return shareId;
}

function sharePage(
  deps: ShareDeps,
  share: Share,
  asked: { readonly call: Call; readonly parentId: string },
): { readonly files: readonly object[]; readonly next_page_token: string } {
  const { query } = asked.call.request;
  const filters = query.get('filters') ?? '';
  const page = deps.pages.cut({
    items: itemsOf(share, asked.parentId).filter(parseFilters(filters)),
    scope: `share ${share.id} ${asked.parentId} ${filters}`,
    limit: pageLimit(query.get('limit')),
    token: query.get('page_token') ?? '',
  });
  return {
    files: page.items.map((node) => fileJson(node, shareView(deps, share, { call: asked.call, node }))),
    next_page_token: page.next,
  };
}

function itemsOf(share: Share, parentId: string): readonly DriveNode[] {
  const { tree } = share.drive;
  const items =
    parentId === ''
      ? share.rootIds
          .map((id) => tree.get(id))
          .filter((node) => node !== undefined)
          .sort(compareNodes)
      : tree.children(folderInside(share, parentId).id);
  return items.filter((node) => node.purgeAt === undefined && node.phase === 'PHASE_TYPE_COMPLETE');
}

function folderInside(share: Share, id: string): DriveNode {
  const node = nodeInside(share, id);
  if (node.kind === 'file') throw fileNotFound();
  return node;
}

/** @throws Refusal for an id outside the share (rule S4) */
export function nodeInside(share: Share, id: string): DriveNode {
  const { tree } = share.drive;
  const node = tree.get(id);
  if (node === undefined || !tree.isWithin(id, new Set(share.rootIds))) throw fileNotFound();
  return node;
}

function shareView(
  deps: ShareDeps,
  share: Share,
  asked: { readonly call: Call; readonly node: DriveNode },
): FileView {
  const audit = asked.call.request.query.get('with_audit') === 'true';
  const isRoot = share.rootIds.includes(asked.node.id);
  return {
    ...viewOf(deps, asked.call, { userId: '', audit }),
    shareId: share.id,
    ...(isRoot ? { parentId: '' } : {}),
  };
}

/**
 * Films have only media links (§6.4, field observation). That other files have a `web_content_link` is a guess: without one
 * nobody could read them.
 */
function sharedLinks(deps: ShareDeps, node: DriveNode, call: Call): FileLinks {
  if (node.kind === 'folder' || node.content.blob.size === 0) return NO_LINKS;
  return node.film === undefined ? plainLinks(deps, node, call) : filmLinks(deps, node, call);
}

function plainLinks(deps: ShareDeps, node: FileNode, call: Call): FileLinks {
  const link = deps.links.shared(
    { content: node.content, fileId: node.id, root: call.root, pool: 'a10b' },
    true,
  );
  return { web_content_link: link.url, links: { 'application/octet-stream': linkJson(link) }, medias: [] };
}

function filmLinks(deps: ShareDeps, node: FileNode, call: Call): FileLinks {
  const medias = mediasJson(node, (content, original) =>
    deps.links.shared({ content, fileId: node.id, root: call.root, pool: 'z01a' }, original),
  );
  return { ...NO_LINKS, medias };
}

function countItems(share: Share): number {
  const count = (nodes: readonly DriveNode[]): number =>
    nodes.reduce((sum, node) => sum + 1 + count(node.kind === 'folder' ? itemsOf(share, node.id) : []), 0);
  return count(itemsOf(share, ''));
}

/** The three members in which an answer tells of a share's end (§6.2). That the left time is in seconds is a guess. */
function endOf({ expiresAt, expirationDays }: Share, now: number): object {
  if (expiresAt === undefined) {
    return { expiration_at: NO_END, expiration_left: NO_END, expiration_days: NO_END };
  }
  return {
    expiration_at: wireTime(expiresAt),
    expiration_left: String(Math.max(0, Math.ceil((expiresAt - now) / 1000))),
    expiration_days: String(expirationDays ?? Math.ceil((expiresAt - now) / DAY_MS)),
  };
}

/** How often a share may still be saved, as answers tell it (§6.2). */
export function restoresLeft(shares: ShareBook, { id, restoreLimit }: Share): string {
  return restoreLimit === undefined
    ? NO_END
    : String(Math.max(0, restoreLimit - shares.countsOf(id).restores));
}

/** Whoever made a share, as others see them. */
export function ownerOf(share: Share): object {
  const { userId, email } = share.drive.account;
  return { user_id: userId, nickname: maskEmail(email).replace(/@.*$/, ''), avatar: '' };
}

/** What an answer says of a share that opens. */
export function okStatus(): object {
  return { share_status: 'OK', share_status_text: '' };
}

/** What an answer says of a share that does not. */
export function refusedStatus(status: ShareStatus): object {
  return { share_status: status, share_status_text: STATUS_TEXTS[status] };
}

/** §9.10: refusals are empty lists with HTTP 200. */
function refusedList(status: ShareStatus): object {
  return { ...refusedStatus(status), files: [], next_page_token: '', pass_code_token: '' };
}
