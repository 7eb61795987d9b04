import type { DriveNode } from './node.ts';

/** Values of `file_category` (protocol reference §3.1). Only AUDIO, VIDEO, and OTHER for folders, were observed. */
export type Category = 'VIDEO' | 'AUDIO' | 'PICTURE' | 'DOCUMENT' | 'ARCHIVE' | 'OTHER';

const ARCHIVES = new Set([
  'application/zip',
  'application/x-7z-compressed',
  'application/vnd.rar',
  'application/gzip',
]);

/** The category of an item, by its media type. */
export function categoryOf(node: DriveNode): Category {
  return node.kind === 'folder' ? 'OTHER' : categoryOfType(node.content.blob.mimeType);
}

/** The category of files with this media type. */
export function categoryOfType(mimeType: string): Category {
  const type = mimeType.split(';')[0] ?? '';
  if (type.startsWith('video/')) return 'VIDEO';
  if (type.startsWith('audio/')) return 'AUDIO';
  if (type.startsWith('image/')) return 'PICTURE';
  if (ARCHIVES.has(type)) return 'ARCHIVE';
  return type === 'application/pdf' || type.startsWith('text/') ? 'DOCUMENT' : 'OTHER';
}
