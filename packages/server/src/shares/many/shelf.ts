import type { Entry, EntryId } from '../../core/entry.ts';
import { asSegment } from '../import/template.ts';
import type { FoundShare } from '../parse/found-share.ts';

/** Separates a share from what lies in it, in ids. */
const INSIDE = ':';
/** Begins the ids of folders that are ours: headings of the list. */
const HEADING = '/';

/** A list of shares as folders: headings, and below them the shares. Known without asking anyone. */
export interface Shelf {
  /** What a folder of ours holds; undefined for an id that is none. */
  entries(dir: EntryId): readonly Entry[] | undefined;
  /** A folder of ours, or that of a share; undefined for what lies inside of shares, and for what is not there. */
  folder(id: EntryId): Entry | undefined;
  /** The share that an id belongs to, and the id in there; '' for its top. */
  locate(
    id: EntryId,
  ): { readonly key: string; readonly share: FoundShare; readonly inner: EntryId } | undefined;
  readonly shares: readonly FoundShare[];
}

/** What a share is called in ids: by what it shows. */
export function keyOf({ place }: FoundShare): string {
  return place.targetId === '' ? place.shareId : `${place.shareId}.${place.targetId}`;
}

/** The id of something inside a share; that of the share's folder for its top. */
export function idInside(key: string, inner: EntryId): EntryId {
  return inner === '' ? key : `${key}${INSIDE}${inner}`;
}

export function shelve(shares: readonly FoundShare[]): Shelf {
  const byKey = new Map<string, FoundShare>();
  const folders = new Map<EntryId, Entry>();
  const content = new Map<EntryId, Entry[]>([['', []]]);
  const put = (dir: EntryId, entry: Entry): void => {
    folders.set(entry.id, entry);
    content.get(dir)?.push(entry);
  };
  const heading = (category: string): EntryId => {
    let dir = '';
    for (const segment of category.split(/[/\\]/).map(asSegment)) {
      if (segment === '') continue;
      const id = `${dir}${HEADING}${segment}`;
      if (!content.has(id)) {
        content.set(id, []);
        put(dir, { id, name: segment, kind: 'folder', size: 0 });
      }
      dir = id;
    }
    return dir;
  };
  for (const share of shares) {
    const key = keyOf(share);
    byKey.set(key, share);
    const name = asSegment(share.name ?? '') || share.place.shareId;
    put(heading(share.category ?? ''), { id: key, name, kind: 'folder', size: 0 });
  }
  return {
    shares,
    entries: (dir) => content.get(dir),
    folder: (id) => folders.get(id),
    locate(id) {
      const at = id.indexOf(INSIDE);
      const key = at === -1 ? id : id.slice(0, at);
      const share = byKey.get(key);
      return share && { key, share, inner: at === -1 ? '' : id.slice(at + 1) };
    },
  };
}
