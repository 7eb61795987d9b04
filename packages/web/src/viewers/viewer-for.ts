import type { Entry } from '../api/entries.ts';
import { extensionOf } from '../tree/tree-path.ts';

export type ViewerName = 'film' | 'audio' | 'image' | 'pdf' | 'markdown' | 'text';

/** Which viewer shows a file; undefined for kinds that the page can't show. */
export function viewerFor({ kind, name }: Pick<Entry, 'kind' | 'name'>): ViewerName | undefined {
  const extension = extensionOf(name);
  if (extension === 'md' || extension === 'markdown') return 'markdown';
  if (extension === 'pdf') return 'pdf';
  if (kind === 'video') return 'film';
  if (kind === 'audio' || kind === 'image') return kind;
  return kind === 'text' || kind === 'subtitle' ? 'text' : undefined;
}
