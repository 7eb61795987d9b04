import { StorageError } from '../../core/errors.ts';
import type { Link, Variant } from '../../core/link.ts';
import { isOriginal, type LinkWish, toLink } from './links.ts';
import { countOf, type WireFile, type WireMedia } from './wire.ts';

/** Stands for the file itself, whatever PikPak calls its own entry for it. */
const ORIGINAL = 'original';

const CONTAINERS: Readonly<Record<string, Pick<Variant, 'extension' | 'mimeType'>>> = {
  mp4: { extension: 'mp4', mimeType: 'video/mp4' },
  mpegts: { extension: 'ts', mimeType: 'video/mp2t' },
};

/**
 * The renditions of a film that can be played (protocol reference §3.1, §3.3). A rendition counts as the original only when it leads to
 * the same stored blob as the download link. The size of a copy stands in its address alone (`f`, §3.5, a field observation).
 *
 * @param prefer whether players should begin with the original, or with the rendition that PikPak's own player begins with
 * @throws StorageError `not_a_file`.
 */
export function variantsOf(file: WireFile, prefer: 'original' | 'media'): Variant[] {
  if (file.folder) throw new StorageError('not_a_file', 'This is a folder.');
  const original = file.medias.find((media) => media.isOrigin || isOriginal(media, file.contentLink));
  const copies = copiesOf(file);
  const offered = file.contentLink !== undefined || original?.link !== undefined;
  if (copies.length === 0) return [];
  const usual = copies.find(({ isDefault }) => isDefault);
  const start = offered ? (prefer === 'media' ? usual : undefined) : (usual ?? copies[0]);
  return [
    ...(offered
      ? [
          {
            id: ORIGINAL,
            name: 'Original',
            original: true,
            size: file.size,
            ...pictureOf(original),
            preferred: start === undefined,
          },
        ]
      : []),
    ...copies.map((media) => copyOf(media, media === start)),
  ];
}

/** The link to one of them. @throws StorageError `not_found` for one that isn't offered. */
export function variantLinkOf(file: WireFile, id: string, wish: LinkWish): Link {
  const media = copiesOf(file).find((copy) => copy.id === id);
  if (media?.link === undefined)
    throw new StorageError('not_found', 'PikPak does not offer this version of the file.');
  const { name, size } = copyOf(media, false);
  const told = size === undefined ? {} : { size };
  return toLink(media.link, wish, { variant: { rendition: name }, ...told });
}

/** Whether an id stands for the file itself. */
export function isOriginalId(id: string): boolean {
  return id === ORIGINAL;
}

function copiesOf(file: WireFile): WireMedia[] {
  return file.medias.filter(
    (media) =>
      media.link !== undefined && !media.isOrigin && !isOriginal(media, file.contentLink) && media.id !== '',
  );
}

function copyOf(media: WireMedia, preferred: boolean): Variant {
  const size = countOf(URL.parse(media.link?.url ?? '')?.searchParams.get('f'));
  return {
    id: media.id,
    name: media.name || media.id,
    original: false,
    ...(size === undefined ? {} : { size }),
    ...pictureOf(media),
    ...CONTAINERS[media.container],
    preferred,
  };
}

function pictureOf(media: WireMedia | undefined): Pick<Variant, 'width' | 'height'> {
  return {
    ...(media?.width === undefined ? {} : { width: media.width }),
    ...(media?.height === undefined ? {} : { height: media.height }),
  };
}
