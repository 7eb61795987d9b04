import type { Share } from '../share/share.ts';
import type { MediaSource } from '../../types.ts';
import type { DriveBuilder } from './drive-builder.ts';
import { filmWith, variantOf } from './sample-film.ts';
import { addSample } from './standard-drives.ts';

const ANONYMOUS_RANGE = 0.45;
const TRANSCODE_PADDING = 48 * 1024;

/** The shares of the seed `standard` (design §11), out of the sharer's drive. */
export async function makeShares(builder: DriveBuilder, media: MediaSource): Promise<Share[]> {
  const { drive } = builder;
  return [
    { id: 'VNsandboxOpenShare00001', title: 'Open Share', drive, rootIds: await openItems(builder, media) },
    {
      id: 'VNsandboxLockedShare001',
      title: 'Locked Share',
      drive,
      rootIds: await lockedItems(builder, media),
      passCode: 'k7pm',
    },
    {
      id: 'VNsandboxLargeShare0001',
      title: 'Large Share',
      drive,
      rootIds: await largeItems(builder, media),
      anonymousRange: ANONYMOUS_RANGE,
    },
    {
      id: 'VNsandboxRegionShare001',
      title: 'Region Share',
      drive,
      rootIds: [await builder.file('/Region/europe-only.md', { blob: media.file('readme.md') })],
      region: 'eu',
    },
    { id: 'VNsandboxGoneShare00001', title: 'Gone Share', drive, rootIds: [], state: 'DELETED' },
    { id: 'VNsandboxEndedShare0001', title: 'Ended Share', drive, rootIds: [], state: 'EXPIRED' },
  ];
}

/** Folders in folders, and a file beside them. */
async function openItems(builder: DriveBuilder, media: MediaSource): Promise<string[]> {
  await addSample(builder, media, '/Open/Film/sample.mp4');
  await builder.file('/Open/Film/sample.srt', { blob: media.file('sample.srt') });
  for (const name of ['photo-1.jpg', 'photo-2.jpg'])
    await builder.file(`/Open/Photos/${name}`, { blob: media.file(name) });
  await builder.file('/Open/Deep/One/Two/Three/notes.txt', { blob: media.file('notes.txt') });
  const readme = await builder.file('/Open/readme.md', { blob: media.file('readme.md') });
  return [...['/Open/Film', '/Open/Photos', '/Open/Deep'].map((path) => builder.folder(path)), readme];
}

async function lockedItems(builder: DriveBuilder, media: MediaSource): Promise<string[]> {
  return [
    await builder.file('/Locked/guide.pdf', { blob: media.file('guide.pdf') }),
    await builder.file('/Locked/notes.txt', { blob: media.file('notes.txt') }),
  ];
}

/** A film whose original is cut for everyone who reads it through the share, and whose transcode comes whole (§6.4). */
async function largeItems(builder: DriveBuilder, media: MediaSource): Promise<string[]> {
  const path = '/Large/feature.mp4';
  const sample = media.file('sample.mp4');
  const film = await filmWith(builder.store.bind(builder), path, {
    blob: variantOf(sample, TRANSCODE_PADDING),
    height: 480,
  });
  return [await builder.file(path, { blob: sample, film, shareCut: ANONYMOUS_RANGE })];
}
