import type { Blob, MediaSource } from '../../types.ts';
import { textBlob } from '../blobs.ts';

/** One file that a link leads to. */
export interface OfflineFile {
  readonly name: string;
  readonly blob: Blob;
  /** Never arrives, so that the rest is all there will be. */
  readonly stuck?: boolean;
}

/** What becomes of a link. Several files come as a folder. */
export interface OfflinePlan {
  /** Name of the file or folder. */
  readonly name: string;
  readonly files: readonly OfflineFile[];
  /**
   * `instant`: the platform has the content. `stuck`: halts at 37 %. `vanishes`: the task is forgotten when the files are there.
   * `once`: fails, and works when it is tried again. A text: fails with this message.
   */
  readonly end: 'done' | 'instant' | 'stuck' | 'vanishes' | 'once' | { readonly message: string };
}

/** Info hashes of the seed, each with a fate of its own. Which messages the service sends is in protocol reference §5.3, §5.5. */
const FATES: Readonly<Record<string, OfflinePlan['end'] | 'partly'>> = {
  '0123456789abcdef0123456789abcdef01234567': 'done',
  '1111111111111111111111111111111111111111': 'once',
  '2222222222222222222222222222222222222222': 'stuck',
  '3333333333333333333333333333333333333333': 'partly',
  '4444444444444444444444444444444444444444': { message: 'The file contains harmful content' },
  '5555555555555555555555555555555555555555': 'vanishes',
  '6666666666666666666666666666666666666666': { message: 'Storage space is not enough' },
  '7777777777777777777777777777777777777777': 'instant',
};

const SOCIAL =
  /^(?:www\.|m\.|mobile\.)?(?:x\.com|twitter\.com|tiktok\.com|facebook\.com|fb\.watch|t\.me|telegram\.me)$/;
const MAX_ED2K = 64 * 1024 * 1024;

/** What a link leads to; undefined for one that the service can't resolve (`task_url_resolve_error`). */
export function planOf(url: string, media: MediaSource): OfflinePlan | undefined {
  if (/^magnet:\?/i.test(url)) return magnetPlan(url, media);
  if (/^ed2k:\/\/\|file\|/i.test(url)) return ed2kPlan(url, media);
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return undefined;
  return SOCIAL.test(parsed.hostname) ? socialPlan(parsed, media) : webPlan(parsed, media);
}

function magnetPlan(url: string, media: MediaSource): OfflinePlan | undefined {
  const query = new URLSearchParams(url.slice(url.indexOf('?')));
  const hash = /^urn:btih:([0-9a-f]{40}|[a-z2-7]{32})$/i.exec(query.get('xt') ?? '')?.[1]?.toLowerCase();
  if (hash === undefined) return undefined;
  const fate = FATES[hash];
  const name = query.get('dn') ?? (fate === undefined ? hash : 'holiday');
  if (fate === undefined) return { name, files: [], end: { message: 'Task timeout' } };
  // Small advertising files (txt, html) are dropped by the service on its own (field observation): none is here.
  const film = { name: 'holiday.mp4', blob: media.file('sample.mp4') };
  const subtitles = { name: 'holiday.srt', blob: media.file('sample.srt') };
  if (fate !== 'partly') return { name, files: [film, subtitles], end: fate };
  return { name, files: [film, { ...subtitles, name: 'junk.bin', stuck: true }], end: 'done' };
}

function ed2kPlan(url: string, media: MediaSource): OfflinePlan | undefined {
  const [, , name = '', size = '', hash = ''] = url.split('|');
  if (name === '' || !/^\d+$/.test(size) || !/^[0-9a-f]{32}$/i.test(hash)) return undefined;
  if (Number(size) > MAX_ED2K) return { name: decoded(name), files: [], end: { message: 'Task timeout' } };
  const blob = media.generated('mod251', Number(size));
  return { name: decoded(name), files: [{ name: decoded(name), blob }], end: 'done' };
}

function socialPlan({ hostname, pathname }: URL, media: MediaSource): OfflinePlan {
  const id = pathname.split('/').findLast((part) => part !== '') ?? 'video';
  const name = `${hostname.replace(/^(?:www|m|mobile)\./, '')} ${id}.mp4`;
  return { name, files: [{ name, blob: media.file('sample.mp4') }], end: 'done' };
}

/** A bundled file for a bundled file's name, a small text for any other; a path with `missing` in it is not there. */
function webPlan({ pathname, href }: URL, media: MediaSource): OfflinePlan {
  const name = decoded(pathname.split('/').findLast((part) => part !== '') ?? 'index.html');
  if (/missing/.test(pathname)) return { name, files: [], end: { message: 'Save failed, retry please' } };
  return {
    name,
    files: [{ name, blob: bundled(media, name) ?? textBlob(`Fetched from ${href}\n`) }],
    end: 'done',
  };
}

function bundled(media: MediaSource, name: string): Blob | undefined {
  try {
    return media.file(name);
  } catch {
    return undefined; // no such file is bundled
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
