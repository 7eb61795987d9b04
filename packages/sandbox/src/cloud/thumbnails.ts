import { readBlob } from './blobs.ts';
import { categoryOfType } from './drive/category.ts';
import { pathNotFound } from './refusal.ts';
import type { KnownContents } from './upload/known-content.ts';
import type { Blob, CloudRequest, CloudResponse, MediaSource } from '../types.ts';

/** The service behind `thumbnail_link` (protocol reference §1.1). */
export interface Thumbnails {
  /** @throws Refusal 404 for a picture that is not known. */
  answer(request: CloudRequest): Promise<CloudResponse>;
}

/** Larger pictures have no thumbnail, as one is read whole. */
const MAX_PICTURE = 64 * 1024 ** 2;
const PATH = /^\/v0\/screenshot-thumbnails\/([0-9A-F]{40})\/\d+\/\d+$/;

/**
 * Pictures stand for themselves whatever size is asked for, and films show the bundled cover: the sandbox scales nothing.
 * Anyone may ask, as nothing is known of a signature.
 */
export function createThumbnails(known: KnownContents, media: MediaSource): Thumbnails {
  const pictureOf = (gcid: string): Blob | undefined => {
    const blob = known.findByHash(gcid)?.content.blob;
    if (blob === undefined || blob.size > MAX_PICTURE) return undefined;
    const category = categoryOfType(blob.mimeType);
    if (category === 'VIDEO') return media.file('cover.jpg');
    return category === 'PICTURE' ? blob : undefined;
  };
  return {
    answer: async (request) => {
      const gcid = PATH.exec(request.path)?.[1];
      const blob = gcid === undefined ? undefined : pictureOf(gcid);
      if (blob === undefined || !['GET', 'HEAD'].includes(request.method)) throw pathNotFound();
      return { status: 200, headers: { 'content-type': blob.mimeType }, body: await readBlob(blob) };
    },
  };
}
