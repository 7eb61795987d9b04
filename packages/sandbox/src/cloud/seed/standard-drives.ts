import { textBlob } from '../blobs.ts';
import type { Drive } from '../drive/drive.ts';
import type { MediaSource } from '../../types.ts';
import type { DriveBuilder } from './drive-builder.ts';
import { filmWith, variantOf } from './sample-film.ts';
import { UNICODE_FILES } from './unicode-names.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const TEN_THOUSAND = 10_000;

/** Computed once with `gcidOf`, because hashing gigabytes at each start would take seconds. */
const GENERATED_GCID = {
  fourGib: '221DE23AAE5F772B8F35DB3E3107B268A9C27FD4',
  nearlyFull: '3B91E89E2A6AB915ADBB81DA2B4884AF62197DD0',
} as const;

/** Leaves the free account 64 MiB, of which its film takes a part. */
const NEARLY_FULL_SIZE = 6 * GIB - 64 * MIB;

/** The premium account's drive (design §11). */
export async function fillDemoDrive(builder: DriveBuilder, media: MediaSource): Promise<Drive> {
  await addMovies(builder, media);
  await addMusic(builder, media);
  for (const name of ['photo-1.jpg', 'photo-2.jpg', 'photo-3.jpg'])
    await builder.file(`/Photos/${name}`, { blob: media.file(name) });
  await addDocuments(builder, media);
  for (const path of UNICODE_FILES) builder.text(path, `This is ${path}\n`);
  await addBig(builder, media);
  builder.folder('/My Pack', 'DOWNLOAD');
  await builder.file('/My Pack/guide.pdf', {
    blob: media.file('guide.pdf'),
    originalUrl: 'https://example.com/guide.pdf',
  });
  await addUnlisted(builder);
  return builder.drive;
}

/** The free account's drive: hardly any room, and a film whose original it may download but not stream. */
export async function fillNearlyFullDrive(builder: DriveBuilder, media: MediaSource): Promise<Drive> {
  await builder.file('/everything.bin', {
    blob: media.generated('mod251', NEARLY_FULL_SIZE),
    gcid: GENERATED_GCID.nearlyFull,
  });
  await addSample(builder, media, '/sample.mp4');
  return builder.drive;
}

/** A small drive for an account that is only about signing in. */
export async function fillSmallDrive(builder: DriveBuilder, media: MediaSource): Promise<Drive> {
  await builder.file('/notes.txt', { blob: media.file('notes.txt') });
  return builder.drive;
}

/** A film of ordinary weight: its original first among the medias. */
export async function addSample(builder: DriveBuilder, media: MediaSource, path: string): Promise<string> {
  const sample = media.file('sample.mp4');
  const film = await filmWith(builder.store.bind(builder), path, {
    blob: variantOf(sample, 64 * KIB),
    height: 480,
  });
  return builder.file(path, { blob: sample, film, starred: true });
}

async function addMovies(builder: DriveBuilder, media: MediaSource): Promise<void> {
  const folder = '/Movies/Sample (2026)';
  await addSample(builder, media, `${folder}/sample.mp4`);
  await builder.file(`${folder}/sample.srt`, { blob: media.file('sample.srt') });
  await builder.file(`${folder}/sample.ass`, { blob: media.file('sample.ass') });
  // Rule F8: the original is 8 MiB longer than the transcode that medias[0] offers instead.
  const heavy = '/Movies/Too Heavy (2026)/heavy.mp4';
  const sample = media.file('sample.mp4');
  const film = await filmWith(builder.store.bind(builder), heavy, {
    blob: sample,
    height: 720,
    tooHeavy: true,
  });
  await builder.file(heavy, { blob: variantOf(sample, 8 * MIB), film });
}

async function addMusic(builder: DriveBuilder, media: MediaSource): Promise<void> {
  const album = '/Music/Sluice Sessions (2026)';
  for (const name of ['01 Opening the Gate.mp3', '02 Slow Water.mp3', '03 Overflow.mp3'])
    await builder.file(`${album}/${name}`, { blob: media.file('sample.mp3') });
  await builder.file(`${album}/cover.jpg`, { blob: media.file('cover.jpg') });
}

async function addDocuments(builder: DriveBuilder, media: MediaSource): Promise<void> {
  for (const name of ['guide.pdf', 'readme.md', 'notes.txt', 'archive.zip'])
    await builder.file(`/Documents/${name}`, { blob: media.file(name) });
  builder.text('/Documents/empty.txt', '');
}

/** Names without leading zeros, so that natural order and plain order differ. */
async function addBig(builder: DriveBuilder, media: MediaSource): Promise<void> {
  for (let i = 1; i <= TEN_THOUSAND; i++)
    builder.text(`/Big/ten-thousand/file-${i}.txt`, `This is file ${i}.\n`);
  await builder.file('/Big/4GiB.bin', {
    blob: media.generated('mod251', 4 * GIB),
    gcid: GENERATED_GCID.fourGib,
  });
}

/** What a listing shows only without the usual filters: a trashed file, and an upload that never got its bytes. */
async function addUnlisted(builder: DriveBuilder): Promise<void> {
  await builder.file('/trashed-notes.txt', { blob: textBlob('Thrown away.\n'), trashed: true });
  await builder.file('/unfinished-upload.bin', {
    blob: textBlob('promised', 'application/octet-stream'),
    phase: 'PHASE_TYPE_PENDING',
  });
}

/** Something to scan: `/Wide/folder-1` to `folder-100`, of 500 files each. */
export function addWide(builder: DriveBuilder): void {
  for (let folder = 1; folder <= 100; folder++)
    for (let file = 1; file <= 500; file++)
      builder.text(`/Wide/folder-${folder}/file-${file}.txt`, `This is file ${file} of folder ${folder}.\n`);
}
