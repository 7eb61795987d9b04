import { useQuery } from '@tanstack/react-query';
import { PanelRight } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../api/entries.ts';
import { detailsQuery } from '../api/queries.ts';
import { PathBar } from '../frame/top-bar.tsx';
import { useFormat } from '../format/use-format.ts';
import { usePreference } from '../preferences/preferences.tsx';
import { useApi } from '../session/session.tsx';
import { parentOf, type TreePath } from '../tree/tree-path.ts';
import { IconButton } from '../ui/button.tsx';
import { LazyViewer } from '../viewers/lazy.tsx';
import { Pane } from './details/details-pane.tsx';
import { DeliveryBar } from './delivery-bar.tsx';
import { EntryFacts } from './details/lazy.tsx';
import { ListSkeleton, ReadFailed } from './folder-states.tsx';
import { createPageSorter } from './sorting.ts';
import { useFolder } from './use-folder.ts';

interface FilePageProps {
  readonly path: TreePath;
  /** The file as its folder's list had it, if that was shown. */
  readonly known: Entry | undefined;
}

/** A file's own page: its viewer, with details on demand. */
export function FilePage({ path, known }: FilePageProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = useQuery(detailsQuery(useApi(), path));
  const siblings = useSiblings(path);
  const [detailsOpen, setDetailsOpen] = usePreference('detailsOpen');
  const entry = data ?? known;
  return (
    <>
      <PathBar
        path={path}
        note={entry && format.size(entry.size)}
        actions={
          <IconButton
            label={t('files.details')}
            shortcut="Alt+Enter"
            icon={<PanelRight size={20} />}
            aria-pressed={detailsOpen}
            onClick={() => setDetailsOpen(!detailsOpen)}
          />
        }
      />
      <div className="flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col overflow-hidden">
          {data !== undefined ? (
            <>
              <LazyViewer path={path} node={data} siblings={siblings} />
              {data.kind === 'video' && data.delivery !== undefined && (
                <DeliveryBar provider={data.provider} delivery={data.delivery} />
              )}
            </>
          ) : error !== null ? (
            <ReadFailed path={path} what="file" error={error} onRetry={() => void refetch()} />
          ) : (
            <ListSkeleton look="list" />
          )}
        </div>
        {data !== undefined && (
          <Pane>
            <EntryFacts path={path} entry={data} />
          </Pane>
        )}
      </div>
    </>
  );
}

/** The files beside this one, in the order of the list. */
function useSiblings(path: TreePath): readonly Entry[] {
  const { i18n } = useTranslation();
  const [sort] = usePreference('sort');
  const { pages } = useFolder(parentOf(path));
  const sorter = useMemo(() => createPageSorter(i18n.language), [i18n.language]);
  return useMemo(() => sorter(pages ?? [], sort).filter((entry) => !entry.isFolder), [sorter, pages, sort]);
}
