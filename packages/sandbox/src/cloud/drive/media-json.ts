import type { IssuedLink } from '../links.ts';
import { wireTime } from '../wire-time.ts';
import type { FileNode, Film, Rendition, StoredBlob } from './node.ts';

/** Gives a link for bytes, or null when this reader gets none. */
export type LinkMaker = (content: StoredBlob, original: boolean) => IssuedLink | null;

/** A Link object; `expire` is always a time that parses (protocol reference §3.1, §10.9). */
export function linkJson(link: IssuedLink): object {
  return { url: link.url, token: '', expire: wireTime(link.expiresAt), type: '' };
}

/**
 * The renditions of a film: the original first, then transcodes. For a film too heavy to stream the original is last, hidden
 * and without a link, so that `medias[0]` is a transcode of other bytes (§3.3, rule F8). Nothing for other files.
 */
export function mediasJson(file: FileNode, link: LinkMaker): object[] {
  const { film } = file;
  if (film === undefined) return [];
  const transcodes = film.renditions.map((rendition, i) =>
    transcodeJson(rendition, film, { link, isDefault: film.tooHeavy && i === 0 }),
  );
  const original = originalJson(file, film, link);
  return film.tooHeavy ? [...transcodes, original] : [original, ...transcodes];
}

function originalJson(file: FileNode, film: Film, makeLink: LinkMaker): object {
  const { width, height, container } = film.facts;
  const link = film.tooHeavy ? null : makeLink(file.content, true);
  const mustPay = link === null && !film.tooHeavy;
  return {
    media_id: 'media-original',
    media_name: 'Original',
    video: videoJson(film, { width, height, container, size: file.content.blob.size }),
    ...commonJson(link),
    need_more_quota: mustPay,
    vip_types: mustPay ? ['platinum'] : [],
    is_default: !film.tooHeavy,
    is_origin: true,
    resolution_name: 'Original',
    is_visible: !film.tooHeavy,
    category: 'category_origin',
  };
}

function transcodeJson(
  rendition: Rendition,
  film: Film,
  how: { readonly link: LinkMaker; readonly isDefault: boolean },
): object {
  const { width, height, name, blob } = rendition;
  return {
    media_id: `media-${height}`,
    media_name: name,
    video: videoJson(film, { width, height, container: 'mp4', size: blob.size }),
    ...commonJson(how.link(rendition, false)),
    need_more_quota: false,
    vip_types: [],
    is_default: how.isDefault,
    is_origin: false,
    resolution_name: name,
    is_visible: true,
    category: 'category_transcode',
  };
}

function commonJson(link: IssuedLink | null): object {
  return {
    link: link === null ? null : linkJson(link),
    redirect_link: '',
    icon_link: '',
    priority: 0,
    audio: null,
  };
}

function videoJson(
  film: Film,
  picture: {
    readonly width: number;
    readonly height: number;
    readonly container: string;
    readonly size: number;
  },
): object {
  const { duration, frameRate } = film.facts;
  return {
    height: picture.height,
    width: picture.width,
    duration,
    bit_rate: Math.round((picture.size * 8) / Math.max(duration, 1)),
    frame_rate: frameRate,
    video_codec: 'h264',
    audio_codec: 'aac',
    video_type: picture.container,
    hdr_type: '',
  };
}
