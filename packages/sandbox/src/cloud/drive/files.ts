import type { Session } from '../account/sessions.ts';
import type { Faults } from '../faults.ts';
import type { IssuedLink, Links } from '../links.ts';
import { fileNotFound } from '../refusal.ts';
import type { Call } from '../router.ts';
import type { CloudRules } from '../rules.ts';
import { wireTime } from '../wire-time.ts';
import { categoryOf } from './category.ts';
import type { Drive } from './drive.ts';
import { type FileLinks, type FileView, fileJson, NO_LINKS, thumbnailSizeOf } from './file-json.ts';
import { parseFilters } from './filters.ts';
import { listedItems } from './listed-items.ts';
import { disturbedSize, disturbNames } from './listing-faults.ts';
import { linkJson, mediasJson } from './media-json.ts';
import type { DriveNode, FileNode, StoredBlob } from './node.ts';
import { type PageCutter, pageLimit } from './paging.ts';

/** What the file calls work with. */
export interface FilesDeps {
  readonly now: () => number;
  readonly links: Links;
  readonly pages: PageCutter;
  readonly faults: Faults;
  readonly rules: CloudRules;
  /** Replaces scheme and host of thumbnails. */
  readonly linkBase?: string;
}

/** `GET /drive/v1/files` (protocol reference §3.2, rules F1–F5). */
export function listFiles(deps: FilesDeps, drive: Drive, call: Call): object {
  const { query } = call.request;
  const parentId = query.get('parent_id') ?? '';
  const filters = query.get('filters') ?? '';
  const matches = parseFilters(filters);
  const limit = pageLimit(query.get('limit'));
  const audit = query.get('with_audit') === 'true';
  const view = viewOf(deps, call, { userId: drive.account.userId, audit });
  const fault = deps.faults.takeForListing(call.request.method, call.request.path);
  const page = deps.pages.cut({
    items: listedItems(drive, parentId, deps.rules.trashMarksChildren).filter(matches),
    scope: `files ${drive.account.userId} ${parentId} ${filters}`,
    limit,
    token: query.get('page_token') ?? '',
    take: disturbedSize(fault, limit),
  });
  return {
    kind: 'drive#fileList',
    next_page_token: page.next,
    files: disturbNames(fault, page.items).map((node) => fileJson(node, view)),
    version: 'c2FuZGJveA==',
    version_outdated: false,
    sync_time: wireTime(deps.now()),
  };
}

/** `GET /drive/v1/files/{id}` (§3.3, rules F6–F9). Links are signed anew each time. */
export function getFile(deps: FilesDeps, drive: Drive, call: Call): object {
  const node = drive.tree.get(call.id);
  if (node === undefined) throw fileNotFound();
  const category = categoryOf(node);
  const audit = category === 'VIDEO' || category === 'PICTURE';
  const view = viewOf(deps, call, { userId: drive.account.userId, audit });
  const withheld = deps.faults.takeForLinks(call.request.method, call.request.path);
  return fileJson(node, view, withheld ? NO_LINKS : linksOf(deps, drive, { node, call }));
}

/** How items are shown for this call. */
export function viewOf(
  deps: Pick<FilesDeps, 'linkBase'>,
  call: Call,
  who: Pick<FileView, 'userId' | 'audit'>,
): FileView {
  return {
    ...who,
    thumbnailBase: deps.linkBase ?? `https://sg-thumbnail-drive.${call.root}`,
    thumbnailSize: thumbnailSizeOf(call.request.query.get('thumbnail_size')),
  };
}

/** Folders, empty files and files that are not complete have no links (§3.3, §9.7). */
function linksOf(
  deps: FilesDeps,
  drive: Drive,
  asked: { readonly node: DriveNode; readonly call: Call },
): FileLinks {
  const { node } = asked;
  if (node.kind === 'folder' || node.phase !== 'PHASE_TYPE_COMPLETE' || node.content.blob.size === 0)
    return NO_LINKS;
  if (node.linksFrom !== undefined && deps.now() < node.linksFrom) return NO_LINKS;
  return fileLinks(deps, drive, { node, call: asked.call });
}

function fileLinks(
  deps: FilesDeps,
  drive: Drive,
  asked: { readonly node: FileNode; readonly call: Call },
): FileLinks {
  const { node, call } = asked;
  const { userId, plan } = drive.account;
  const make = (content: StoredBlob, pool: 'a10b' | 'z01a'): IssuedLink =>
    deps.links.personal(
      { content, fileId: node.id, root: call.root, pool },
      userId,
      call.request.caller.address,
    );
  const download = make(node.content, call.request.query.get('usage') === 'CACHE' ? 'z01a' : 'a10b');
  return {
    web_content_link: download.url,
    links: { 'application/octet-stream': linkJson(download) },
    // A free account's original has no media link, while the octet-stream link is there (§3.3, field observation).
    medias: mediasJson(node, (content, original) =>
      original && plan === 'free' ? null : make(content, 'z01a'),
    ),
  };
}

/** The drive that a session's account owns. */
export function driveOf(drives: ReadonlyMap<string, Drive>, session: Session): Drive {
  const drive = drives.get(session.userId);
  if (drive === undefined) throw fileNotFound();
  return drive;
}
