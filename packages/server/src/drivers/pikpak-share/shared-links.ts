import type { Link } from '../../core/link.ts';
import { type LinkWish, linkOf, toLink } from '../pikpak/links.ts';
import type { SharedFile } from './wire.ts';

/** What a link to a shared file is wanted for, and by which clock. */
export interface SharedLinkWish extends Pick<LinkWish, 'purpose' | 'serverNow' | 'toLocal'> {
  /** Whether a player gets a transcoded copy where there is one. */
  readonly preferTranscode: boolean;
}

/**
 * Chooses among the links of a shared file (protocol reference §6.4). Links of shares were seen to work for anyone (§3.4). A copy goes to
 * players alone, and only when it is preferred.
 *
 * @throws StorageError as `linkOf`.
 */
export function sharedLinkOf({ file, playRange }: SharedFile, wish: SharedLinkWish): Link {
  const copy =
    wish.preferTranscode && wish.purpose === 'play' && !file.folder
      ? file.medias.find((media) => !media.isOrigin && media.link !== undefined)
      : undefined;
  if (copy?.link !== undefined) {
    const variant = { rendition: copy.name || 'transcode' };
    return { ...toLink(copy.link, wish, { variant }), boundTo: 'nobody' };
  }
  const original = linkOf(file, { ...wish, preferMedia: false, copyRemedy: COPY_REMEDY });
  const cut = playRange === undefined ? {} : { playableBytes: Math.floor(file.size * playRange) };
  return { ...original, boundTo: 'nobody', ...cut };
}

const COPY_REMEDY =
  'To play the copy, turn on "Use transcoding address" in the storage\'s settings. ' +
  'To get the original, save the share to a PikPak account of your own.';
