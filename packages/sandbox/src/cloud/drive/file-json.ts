import { wireTime } from '../wire-time.ts';
import { categoryOf } from './category.ts';
import type { DriveNode, FileNode } from './node.ts';

/** Sizes that `thumbnail_size` names; it only changes the picture's URL (protocol reference §3.2). */
export type ThumbnailSize = 'SIZE_SMALL' | 'SIZE_MEDIUM' | 'SIZE_LARGE';

/** How one item is shown to the caller. */
export interface FileView {
  /** Scheme and host of the thumbnail service. */
  readonly thumbnailBase: string;
  readonly thumbnailSize: ThumbnailSize;
  /** '' when read through a share (§9.10). */
  readonly userId: string;
  /** Whether `audit` is filled. */
  readonly audit: boolean;
  /** Set when read through a share. */
  readonly shareId?: string;
  /** Stands for the item's own parent, when that lies outside the share. */
  readonly parentId?: string;
  /** Added to the item's own `params`. */
  readonly params?: Readonly<Record<string, string>>;
}

/** Links and renditions, as the single get fills them (§3.3). */
export interface FileLinks {
  readonly web_content_link: string;
  readonly links: object;
  readonly medias: readonly object[];
}

/** What a listing says instead: all three are there and empty (§9.5, rule F5). */
export const NO_LINKS: FileLinks = { web_content_link: '', links: {}, medias: [] };

const ICONS = 'https://static.mypikpak.com/sandbox';
/** The observed path ends in 720/2048 (§1.1); which size that was, and the others, are guesses. */
const THUMBNAIL_PIXELS: Readonly<Record<ThumbnailSize, string>> = {
  SIZE_SMALL: '240/720',
  SIZE_MEDIUM: '480/1080',
  SIZE_LARGE: '720/2048',
};

/** The File object, every member present (§3.1), with the types that strict decoders need (§10.9). */
export function fileJson(node: DriveNode, view: FileView, links: FileLinks = NO_LINKS): object {
  const isFile = node.kind === 'file';
  return {
    kind: `drive#${node.kind}`,
    id: node.id,
    ...(view.shareId === undefined ? {} : { share_id: view.shareId }),
    parent_id: view.parentId ?? node.parentId,
    name: node.name,
    user_id: view.userId,
    size: isFile ? String(node.content.blob.size) : '0',
    revision: isFile && node.phase === 'PHASE_TYPE_COMPLETE' ? '1' : '0',
    file_extension: isFile ? extensionOf(node.name) : '',
    mime_type: isFile ? mimeTypeOf(node) : '',
    starred: node.starred,
    created_time: wireTime(node.createdAt),
    modified_time: wireTime(node.modifiedAt),
    icon_link: `${ICONS}/${categoryOf(node).toLowerCase()}.png`,
    thumbnail_link: isFile ? thumbnailOf(node, view) : '',
    md5_checksum: '',
    hash: isFile ? node.content.gcid : '',
    ...links,
    phase: node.phase,
    audit: view.audit ? { status: 'STATUS_OK', message: 'Normal resource', title: '' } : null,
    trashed: node.purgeAt !== undefined,
    delete_time: node.purgeAt === undefined ? '' : wireTime(node.purgeAt),
    original_url: isFile ? node.originalUrl : '',
    params: { ...paramsOf(node), ...view.params },
    original_file_index: 0,
    space: '',
    apps: categoryOf(node) === 'ARCHIVE' ? [DECOMPRESS_APP] : [],
    writable: true,
    folder_type: isFile ? '' : node.folderType,
    collection: null,
    sort_name: sortNameOf(node),
    user_modified_time: wireTime(node.createdAt),
    spell_name: [],
    file_category: categoryOf(node),
    tags: [],
    reference_events: [],
    reference_resource: null,
  };
}

/** Reads `thumbnail_size`; anything else counts as medium (guess). */
export function thumbnailSizeOf(text: string | null): ThumbnailSize {
  return text === 'SIZE_SMALL' || text === 'SIZE_LARGE' ? text : 'SIZE_MEDIUM';
}

/** With its dot; '' for a name that has none. */
function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot);
}

function mimeTypeOf(node: FileNode): string {
  return node.content.blob.mimeType.split(';')[0] ?? '';
}

function thumbnailOf(node: FileNode, view: FileView): string {
  const category = categoryOf(node);
  if ((category !== 'VIDEO' && category !== 'PICTURE') || node.phase !== 'PHASE_TYPE_COMPLETE') return '';
  return `${view.thumbnailBase}/v0/screenshot-thumbnails/${node.content.gcid}/${THUMBNAIL_PIXELS[view.thumbnailSize]}`;
}

/** All values are texts, numbers as well; a number that is not known is left out, never empty (§10.9). */
function paramsOf(node: DriveNode): Record<string, string> {
  if (node.kind === 'folder') return { platform_icon: `${ICONS}/platform.png`, small_thumbnail: '', url: '' };
  const facts = node.film?.facts;
  return {
    ...(facts === undefined
      ? {}
      : { duration: String(facts.duration), height: String(facts.height), width: String(facts.width) }),
    platform: node.originalUrl === '' ? 'Upload' : 'Url',
    platform_icon: `${ICONS}/platform.png`,
    task_id: '',
    ...(node.originalUrl === '' ? {} : { url: node.originalUrl }),
  };
}

/** Zero-padded for natural sorting (§3.1); the width is a guess. Files without a number in their name have none (§9.5). */
function sortNameOf(node: DriveNode): string {
  if (!/\d/.test(node.name)) return node.kind === 'folder' ? node.name : '';
  return node.name.replaceAll(/\d+/g, (digits) => digits.padStart(10, '0'));
}

/** The one app that archives carry (§3.1). */
const DECOMPRESS_APP = {
  id: 'decompress',
  name: 'decompress',
  access: [],
  link: 'https://mypikpak.com/drive/decompress',
  redirect_link: '',
  vip_types: [],
  need_more_quota: false,
  icon_link: '',
  is_default: false,
  params: {},
  category_ids: [],
  ad_scene_type: 0,
  space: '',
  links: {},
};
