import { StorageError } from '../../core/errors.ts';
import type { Link } from '../../core/link.ts';
import type { WireFile, WireLink, WireMedia } from './wire.ts';

/** A new file can be without links for about a minute (protocol reference §3.3). */
const SETTLING_MS = 5 * 60_000;
const SETTLING_RETRY_MS = 5000;
/** For a link that does not tell when it ends. */
const UNTOLD_LIFE_MS = 5 * 60_000;

/** What a link is wanted for, and by which clock. */
export interface LinkWish {
  readonly purpose: 'download' | 'play';
  /** Whether a media link, which PikPak serves for playing, is preferred to the download link. */
  readonly preferMedia: boolean;
  /** PikPak's time. */
  readonly serverNow: number;
  /** What to add to PikPak's time to get ours, in ms. */
  readonly toLocal: number;
  /** What someone can do who wants the copy where there is no original. */
  readonly copyRemedy?: string;
}

/**
 * Chooses among the links of a file (protocol reference §3.3). A media link counts as the original only when it leads to the same stored
 * blob as the download link, or, without one to compare with, when PikPak marks it so: the first media may well be a transcode.
 *
 * @throws StorageError `not_a_file`; `content_blocked`; `unsupported` when only transcodes are there and the original was asked
 *   for, or for an empty file, which has no link; `unavailable` (later) while the file settles.
 */
export function linkOf(file: WireFile, wish: LinkWish): Link {
  if (file.folder) throw new StorageError('not_a_file', 'This is a folder.');
  const original = file.medias.find((media) => isOriginal(media, file.contentLink))?.link;
  const first = wish.preferMedia ? original : file.contentLink;
  const second = wish.preferMedia ? file.contentLink : original;
  const rendition = wish.preferMedia && wish.purpose === 'play' ? renditionOf(file) : undefined;
  if (rendition?.link !== undefined && original === undefined) {
    return toLink(rendition.link, wish, { variant: { rendition: rendition.name || 'transcode' } });
  }
  const chosen = first ?? second;
  if (chosen === undefined) throw noLink(file, wish);
  return toLink(chosen, wish, { variant: 'original', size: file.size });
}

export function isOriginal(media: WireMedia, content: WireLink | undefined): boolean {
  if (media.link === undefined) return false;
  const wanted = content === undefined ? undefined : blobOf(content.url);
  return wanted === undefined ? media.isOrigin : blobOf(media.link.url) === wanted;
}

/** The copy that PikPak's own player would start with. */
function renditionOf(file: WireFile): WireMedia | undefined {
  const playable = file.medias.filter((media) => media.link !== undefined);
  return playable.find((media) => media.isDefault) ?? playable[0];
}

/** What the stored blob is called in a URL; undefined when the URL does not say. */
function blobOf(url: string): string | undefined {
  return URL.parse(url)?.searchParams.get('fid') || undefined;
}

/**
 * A link as it is handed out.
 * @throws StorageError `protocol` for an address that is none.
 */
export function toLink(
  link: WireLink,
  wish: Pick<LinkWish, 'serverNow' | 'toLocal'>,
  more: Pick<Link, 'variant' | 'size'>,
): Link {
  const url = URL.parse(link.url);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new StorageError('protocol', 'PikPak gave a link that is none.', { retry: 'later' });
  }
  return {
    url: link.url,
    headers: {},
    expiresAt: (expiryOf(url, link) ?? wish.serverNow + UNTOLD_LIFE_MS) + wish.toLocal,
    boundTo: 'egress',
    ...more,
  };
}

/** By PikPak's clock. The URL itself is what the CDN goes by (§3.4). */
function expiryOf(url: URL, link: WireLink): number | undefined {
  const seconds = url.searchParams.get('expire') ?? '';
  return /^\d{1,12}$/.test(seconds) ? Number(seconds) * 1000 : link.expire;
}

function noLink(file: WireFile, wish: LinkWish): StorageError {
  if (file.auditStatus !== '' && file.auditStatus !== 'STATUS_OK') {
    return new StorageError('content_blocked', 'PikPak has blocked this file.', {
      detail: { vendorCode: file.auditStatus, remedy: 'Only PikPak can lift this: ask its support.' },
    });
  }
  if (file.size === 0) {
    return new StorageError(
      'unsupported',
      'PikPak gives no link for an empty file: there is nothing to fetch.',
    );
  }
  const changed = Math.max(file.created ?? 0, file.modified ?? 0);
  if (wish.serverNow - changed < SETTLING_MS) {
    return new StorageError('unavailable', 'PikPak is still preparing this new file.', {
      retry: 'later',
      retryAfterMs: SETTLING_RETRY_MS,
      detail: { remedy: 'It takes up to a minute and goes on by itself.' },
    });
  }
  if (file.medias.some((media) => media.link !== undefined)) {
    return new StorageError('unsupported', 'PikPak offers only a transcoded copy of this file.', {
      detail: {
        remedy: wish.copyRemedy ?? 'Play it in another resolution.',
      },
    });
  }
  return new StorageError('content_blocked', 'PikPak gives no link for this file.', {
    detail: { remedy: 'PikPak has blocked it, or does not offer it where this server is: try a proxy.' },
  });
}
