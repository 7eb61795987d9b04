import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../api/entries.ts';
import { PathBar } from '../frame/top-bar.tsx';
import { FetchButton } from '../offline/fetch-button.tsx';
import { usePreference } from '../preferences/preferences.tsx';
import { childPath, parentOf, ROOT, splatOf, type TreePath } from '../tree/tree-path.ts';
import { useNarrow } from '../ui/use-media.ts';
import { DetailsPane } from './details/details-pane.tsx';
import { EntryList } from './entry-list.tsx';
import { nameFilter } from './filter.ts';
import { FilterField, FolderActions } from './folder-actions.tsx';
import { EmptyFolder, ReadFailed, ListSkeleton, NoMatch, Partial } from './folder-states.tsx';
import { useFolderNote } from './folder-note.ts';
import { useListMemory } from './list-memory-context.tsx';
import { LazyQuickLook } from './quick-look/lazy.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { useRemoving } from './removing.tsx';
import { createPageSorter } from './sorting.ts';
import { type Arranging, useArranging } from '../arranging/use-arranging.tsx';
import { type ListControl, useListControl } from './use-list-control.ts';
import type { Folder } from './use-folder.ts';
import { useVisit } from './use-list-place.ts';
import { LazyFolderUploads } from '../uploads/lazy.tsx';

/** A folder: its list in whatever state it is, with all that can be done in it. */
export function FolderPageView({ folder }: { folder: Folder }) {
  const [query, setQuery] = useState('');
  const [filterOpen, setFilterOpen] = useState(false);
  const [looking, setLooking] = useState(false);
  const narrow = useNarrow();
  const entries = useEntries(folder, useDeferredValue(query));
  const { open, up } = useMoves(folder.path);
  const removing = useRemoving(folder);
  const control = useListControl({
    entries,
    startAt: useStart(folder.path),
    open,
    up,
    preview: () => setLooking(true),
    remove: removing.start,
    rename: (entry) => arranging.rename(entry),
    leave: () => setQuery(''),
  });
  const arranging: Arranging = useArranging({
    folder: folder.path,
    writable: folder.writable,
    onRenamed: control.follow,
  });
  const note = useFolderNote(folder, entries.length, query !== '');
  const filter = <FilterField {...{ query, setQuery }} open={filterOpen} setOpen={setFilterOpen} />;
  const entry = control.entries[control.cursor];
  const failed = folder.pages === undefined && folder.error !== null;
  return (
    <>
      <PathBar
        path={folder.path}
        note={note}
        actions={
          !failed && (
            <>
              {filter}
              <FolderActions folder={folder} />
            </>
          )
        }
      />
      <div className="flex min-h-0 flex-1">
        <div className="relative flex min-w-0 flex-1 flex-col">
          <FolderBody {...{ folder, control, query, open }} />
          {!narrow && note !== undefined && (
            <p className="figures shrink-0 border-t border-line px-5 py-1 text-sm text-muted" role="status">
              {note}
            </p>
          )}
          {folder.writable && (
            <LazyFolderUploads folder={folder.path} quiet={control.selected.length > 0}>
              <FetchButton folder={folder.path} />
            </LazyFolderUploads>
          )}
          <SelectionBar {...{ control, removing, arranging }} />
        </div>
        {!failed && <DetailsPane folder={folder.path} control={control} />}
      </div>
      {removing.dialog}
      {arranging.dialog}
      {looking && entry !== undefined && (
        <LazyQuickLook control={control} folder={folder.path} open={open} onClose={() => setLooking(false)} />
      )}
    </>
  );
}

interface FolderBodyProps {
  readonly folder: Folder;
  readonly control: ListControl;
  readonly query: string;
  readonly open: (entry: Entry) => void;
}

function FolderBody({ folder, control, query, open }: FolderBodyProps) {
  const [look] = usePreference('look');
  if (folder.pages === undefined) {
    if (folder.error !== null)
      return <ReadFailed path={folder.path} what="folder" error={folder.error} onRetry={folder.readOn} />;
    return <ListSkeleton look={look} />;
  }
  const empty = control.entries.length === 0;
  if (empty && query !== '') return <NoMatch query={query} />;
  if (empty && folder.complete) return <EmptyFolder path={folder.path} />;
  return (
    <>
      {folder.error !== null && <Partial folder={folder} />}
      <EntryList path={folder.path} {...{ control, look, open }} />
    </>
  );
}

/** The folder's entries in the chosen order, as far as they match. */
function useEntries({ pages }: Folder, query: string): readonly Entry[] {
  const { i18n } = useTranslation();
  const [sort] = usePreference('sort');
  const sorter = useMemo(() => createPageSorter(i18n.language), [i18n.language]);
  const sorted = useMemo(() => sorter(pages ?? [], sort), [sorter, pages, sort]);
  return useMemo(() => {
    const matches = nameFilter(query);
    return matches === undefined ? sorted : sorted.filter((entry) => matches(entry.name));
  }, [sorted, query]);
}

function useMoves(path: TreePath) {
  const navigate = useNavigate();
  const go = (to: TreePath) => void navigate({ to: '/files/$', params: { _splat: splatOf(to) } });
  return {
    open: (entry: Entry) => go(childPath(path, entry.name)),
    up: () => {
      if (path !== ROOT) go(parentOf(path));
    },
  };
}

/** Where the cursor begins: where it was at this visit, else on the entry that one comes from. */
function useStart(path: TreePath): string | undefined {
  const memory = useListMemory();
  const visit = useVisit();
  const [start] = useState(() => memory.restore(visit, path)?.cursor ?? memory.lastChild(path));
  return start;
}
