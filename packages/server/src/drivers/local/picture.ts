import { spawn } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Picture } from '../../core/entry.ts';
import { StorageError } from '../../core/errors.ts';

/** Edge of a picture, in pixels; whatever is smaller stays as it is. */
const EDGE = 360;
/** The largest image file that is read, and the largest picture in one that is unpacked: 160 MB of memory while that is done. */
const MAX_IMAGE_BYTES = 64 * 1024 * 1024;
const MAX_PIXELS = 40_000_000;
/** The most that a picture of a film may be, and the time to make it. */
const MAX_PICTURE_BYTES = 2 * 1024 * 1024;
const FILM_LIMIT_MS = 15_000;
/** Into the film, behind what is black at most beginnings. */
const FILM_AT_S = 5;

const IMAGES: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.webp', '.gif', '.bmp']);

/**
 * The demuxer for each kind of film. It is named to ffmpeg, which would otherwise look into the file: one that calls itself a film and
 * is a playlist could make it read other files of the machine.
 */
const DEMUXERS: Readonly<Record<string, string>> = {
  '.mp4': 'mov',
  '.m4v': 'mov',
  '.mov': 'mov',
  '.mkv': 'matroska',
  '.webm': 'matroska',
  '.avi': 'avi',
  '.ts': 'mpegts',
  '.m2ts': 'mpegts',
  '.flv': 'flv',
  '.wmv': 'asf',
  '.mpg': 'mpeg',
  '.mpeg': 'mpeg',
};

/** What pictures are made with. */
export interface PictureTools {
  /** The path of an ffmpeg; without one, films have no pictures. */
  readonly ffmpeg?: string | undefined;
}

/** Whether a picture can be made of a file of this name. */
export function isPictured(name: string, { ffmpeg }: PictureTools): boolean {
  const extension = extname(name).toLowerCase();
  return IMAGES.has(extension) || (ffmpeg !== undefined && Object.hasOwn(DEMUXERS, extension));
}

/**
 * A small picture of an image or of a moment of a film. The file may be anything: sizes, pixels and time are limited.
 * @throws StorageError `unsupported` when none can be made; AbortError.
 */
export async function pictureOf(
  handle: FileHandle,
  name: string,
  { ffmpeg }: PictureTools,
  signal: AbortSignal,
): Promise<Picture> {
  const extension = extname(name).toLowerCase();
  if (IMAGES.has(extension)) return ofImage(handle);
  const demuxer = Object.hasOwn(DEMUXERS, extension) ? DEMUXERS[extension] : undefined;
  if (demuxer === undefined || ffmpeg === undefined || process.platform !== 'linux') throw none();
  for (const at of [FILM_AT_S, 0]) {
    const bytes = await runFfmpeg(ffmpeg, filmArguments(handle, demuxer, at), signal);
    if (bytes.length > 0) return { bytes, mimeType: 'image/jpeg' };
  }
  throw none();
}

async function ofImage(handle: FileHandle): Promise<Picture> {
  const { size } = await handle.stat();
  if (size === 0 || size > MAX_IMAGE_BYTES) throw none();
  const file = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await handle.read(file, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  try {
    const image = new Bun.Image(file.subarray(0, length), { maxPixels: MAX_PIXELS });
    const small = image.resize(EDGE, EDGE, { fit: 'inside', withoutEnlargement: true });
    return { bytes: await small.webp({ quality: 78 }).bytes(), mimeType: 'image/webp' };
  } catch (error) {
    throw none(error);
  }
}

/** The file is named by the descriptor that is open already: nothing that is swapped in the folder meanwhile is read in its place. */
function filmArguments({ fd }: FileHandle, demuxer: string, at: number): string[] {
  const input = `-nostdin -loglevel quiet -threads 1 -protocol_whitelist file -max_pixels ${MAX_PIXELS} -ss ${at}`;
  const scale = `scale=${EDGE}:${EDGE}:force_original_aspect_ratio=decrease`;
  const output = `-an -sn -dn -frames:v 1 -threads 1 -vf ${scale} -f image2pipe -c:v mjpeg -q:v 5 -`;
  const file = `file:/proc/${process.pid}/fd/${fd}`;
  return [...input.split(' '), '-f', demuxer, '-i', file, ...output.split(' ')];
}

/** What it writes; nothing when it fails. */
function runFfmpeg(ffmpeg: string, args: readonly string[], signal: AbortSignal): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const child = spawn(ffmpeg, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {},
      signal,
      timeout: FILM_LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    let length = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MAX_PICTURE_BYTES) child.kill('SIGKILL');
      else chunks.push(chunk);
    });
    child.once('error', (error) => reject(error.name === 'AbortError' ? error : none(error)));
    child.once('close', (code) =>
      resolve(code === 0 ? new Uint8Array(Buffer.concat(chunks)) : new Uint8Array()),
    );
  });
}

function none(cause?: unknown): StorageError {
  return new StorageError('unsupported', 'no picture can be made of this file', { cause });
}
