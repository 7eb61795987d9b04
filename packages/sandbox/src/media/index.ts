import { readFileSync, statSync } from 'node:fs';
import type { Blob, MediaSource } from '../types.ts';
import archive from './files/archive.zip' with { type: 'file' };
import cover from './files/cover.jpg' with { type: 'file' };
import guide from './files/guide.pdf' with { type: 'file' };
import notes from './files/notes.txt' with { type: 'file' };
import photo1 from './files/photo-1.jpg' with { type: 'file' };
import photo2 from './files/photo-2.jpg' with { type: 'file' };
import photo3 from './files/photo-3.jpg' with { type: 'file' };
import readme from './files/readme.md' with { type: 'file' };
import ass from './files/sample.ass' with { type: 'file' };
import mp3 from './files/sample.mp3' with { type: 'file' };
import mp4 from './files/sample.mp4' with { type: 'file' };
import srt from './files/sample.srt' with { type: 'file' };
import { mod251 } from './mod251.ts';

interface BundledFile {
  /** Imported rather than built from a folder's path: only so are the files inside the single-file executable. */
  readonly path: string;
  readonly mimeType: string;
}

const FILES: Readonly<Record<string, BundledFile>> = {
  'sample.mp4': { path: mp4, mimeType: 'video/mp4' },
  'sample.srt': { path: srt, mimeType: 'application/x-subrip' },
  'sample.ass': { path: ass, mimeType: 'text/x-ssa' },
  'sample.mp3': { path: mp3, mimeType: 'audio/mpeg' },
  'photo-1.jpg': { path: photo1, mimeType: 'image/jpeg' },
  'photo-2.jpg': { path: photo2, mimeType: 'image/jpeg' },
  'photo-3.jpg': { path: photo3, mimeType: 'image/jpeg' },
  'cover.jpg': { path: cover, mimeType: 'image/jpeg' },
  'guide.pdf': { path: guide, mimeType: 'application/pdf' },
  'readme.md': { path: readme, mimeType: 'text/markdown' },
  'notes.txt': { path: notes, mimeType: 'text/plain' },
  'archive.zip': { path: archive, mimeType: 'application/zip' },
};

/** The bundled files, all small, each read once when it is first needed, and generated content of any size. */
export function createMedia(): MediaSource {
  const blobs = new Map<string, Blob>();
  return {
    file: (name) => {
      const known = blobs.get(name);
      if (known !== undefined) return known;
      const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
      if (file === undefined) throw new RangeError(`no file "${name}" is bundled`);
      const blob = fileBlob(file);
      blobs.set(name, blob);
      return blob;
    },
    generated: (_kind, size) => mod251(size),
  };
}

function fileBlob(file: BundledFile): Blob {
  let bytes: Uint8Array | undefined;
  return {
    size: statSync(file.path).size,
    mimeType: file.mimeType,
    async *slice(start, end) {
      bytes ??= readFileSync(file.path);
      if (end > start) yield bytes.subarray(start, end);
    },
  };
}
