import { readBlob } from './blobs.ts';
import { categoryOf } from './drive/category.ts';
import type { Drive } from './drive/drive.ts';
import { pathNotFound } from './refusal.ts';
import type { Blob, CloudRequest, CloudResponse, MediaSource } from '../types.ts';

/** The service behind `thumbnail_link` (protocol reference §1.1). */
export interface Thumbnails {
  /** @throws Refusal 404 for a picture that is not known. */
  answer(request: CloudRequest): Promise<CloudResponse>;
}

const PATH = /^\/v0\/screenshot-thumbnails\/([0-9A-F]{40})\/\d+\/\d+$/;

/**
 * Pictures stand for themselves whatever size is asked for, and films show the bundled cover: the sandbox scales nothing.
 * Anyone may ask, as nothing is known of a signature.
 */
export function createThumbnails(drives: readonly Drive[], media: MediaSource): Thumbnails {
  const byHash = new Map<string, Blob>();
  for (const node of drives.flatMap((drive) => drive.tree.all())) {
    const category = categoryOf(node);
    if (node.kind === 'folder' || (category !== 'PICTURE' && category !== 'VIDEO')) continue;
    byHash.set(node.content.gcid, category === 'PICTURE' ? node.content.blob : media.file('cover.jpg'));
  }
  return {
    answer: async (request) => {
      const gcid = PATH.exec(request.path)?.[1];
      const blob = gcid === undefined ? undefined : byHash.get(gcid);
      if (blob === undefined || !['GET', 'HEAD'].includes(request.method)) throw pathNotFound();
      return { status: 200, headers: { 'content-type': blob.mimeType }, body: await readBlob(blob) };
    },
  };
}
