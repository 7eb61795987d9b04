import { useQuery } from '@tanstack/react-query';
import { CloudDownload, CloudOff, ListTodo, Plus } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { FEED_KIND } from '../api/feeds.ts';
import { ENDED_PAGE_SIZE, endedTasksQuery, type Task } from '../api/tasks.ts';
import { useFormat } from '../format/use-format.ts';
import { TitleBar } from '../frame/top-bar.tsx';
import { useFetch } from '../offline/fetch-context.ts';
import { useApi, useMe } from '../session/session.tsx';
import { ROOT } from '../tree/tree-path.ts';
import { Button } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { Notice } from '../ui/notice.tsx';
import type { LiveTask } from './feed/live-tasks.ts';
import { useLiveTasks } from './feed/use-live-tasks.ts';
import { ListActions } from './list-actions.tsx';
import { Pager } from './pager.tsx';
import { TaskItem } from './task-item.tsx';
import { useWords } from './use-words.ts';

const FeedDialogs = lazy(() => import('../offline/feed-dialogs.tsx'));

export const OFFLINE_KIND = 'offline_download';

/** Live tasks that are drawn before somebody asks for more. */
const MOST_DRAWN = 100;

type Filter = 'live' | 'ended' | 'failed' | 'feeds';
const FILTERS: readonly Filter[] = ['live', 'ended', 'failed'];
/** The desk of downloads has the feeds as well, from which downloads come. */
const DESK_FILTERS: readonly Filter[] = [...FILTERS, 'feeds'];

export type ScreenName = 'tasks' | 'offline';

/** Tasks by state: those under way live, those that have ended page by page. */
export function TasksPage({ screen }: { screen: ScreenName }) {
  const { t } = useWords();
  const [filter, setFilter] = useState<Filter>('live');
  const kind = screen === 'offline' ? OFFLINE_KIND : '';
  const { data, error, refetch } = useLiveTasks();
  const live = data?.filter((task) => (kind === '' ? task.kind !== FEED_KIND : task.kind === kind));
  const feeds = data?.filter((task) => task.kind === FEED_KIND);
  const shown = filter === 'feeds' ? feeds : live;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <TitleBar
        title={t(screen)}
        actions={
          <>
            {filter !== 'feeds' && <ListActions screen={screen} filter={filter} />}
            {screen === 'offline' && (shown?.length !== 0 || filter !== 'live') && <Add filter={filter} />}
          </>
        }
      />
      <FilterChips
        filters={screen === 'offline' ? DESK_FILTERS : FILTERS}
        filter={filter}
        onChange={setFilter}
        counts={{ live: live?.length, feeds: feeds?.length }}
      />
      <div className="flex min-h-0 flex-1 flex-col overflow-auto">
        {filter === 'live' || filter === 'feeds' ? (
          <LiveList
            key={filter}
            screen={screen}
            filter={filter}
            tasks={shown}
            error={error}
            onRetry={() => void refetch()}
          />
        ) : (
          <EndedList key={filter} screen={screen} kind={kind} state={filter} />
        )}
      </div>
    </div>
  );
}

interface FilterChipsProps {
  readonly filters: readonly Filter[];
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
  readonly counts: Readonly<Partial<Record<Filter, number | undefined>>>;
}

function FilterChips({ filters, filter, onChange, counts }: FilterChipsProps) {
  const { t } = useWords();
  const format = useFormat();
  return (
    <div
      role="group"
      aria-label={t('filter')}
      className="flex shrink-0 gap-2 overflow-x-auto border-b border-line px-4 py-2.5 sm:px-5"
    >
      {filters.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={filter === one}
          onClick={() => onChange(one)}
          className={classes(
            'inline-flex h-8 touch:h-10 shrink-0 items-center gap-2 rounded-full border px-3 text-sm transition-colors',
            filter === one ? 'border-accent bg-accent-soft text-accent' : 'border-line-strong hover:bg-hover',
          )}
        >
          {t(one)}
          {counts[one] !== undefined && counts[one] > 0 && (
            <span className="figures">{format.number(counts[one])}</span>
          )}
        </button>
      ))}
    </div>
  );
}

interface LiveListProps {
  readonly screen: ScreenName;
  readonly filter: 'live' | 'feeds';
  readonly tasks: readonly LiveTask[] | undefined;
  readonly error: Error | null;
  readonly onRetry: () => void;
}

function LiveList({ screen, filter, tasks, error, onRetry }: LiveListProps) {
  const { t } = useWords();
  const [drawn, setDrawn] = useState(MOST_DRAWN);
  if (tasks === undefined)
    return error === null ? <Loading /> : <LoadFailed error={error} onRetry={onRetry} />;
  if (tasks.length === 0) {
    return (
      <Notice
        icon={<EmptyIcon screen={screen} />}
        title={t(filter === 'feeds' ? 'none_feeds' : 'none_live')}
        actions={screen === 'offline' && <Add filter={filter} />}
      >
        {filter === 'feeds'
          ? t('none_feeds_text')
          : t(screen === 'offline' ? 'none_live_offline_text' : 'none_live_text')}
      </Notice>
    );
  }
  return (
    <List screen={screen} tasks={tasks.slice(0, drawn)}>
      {tasks.length > drawn && (
        <Button className="m-4 self-center" onClick={() => setDrawn(drawn + MOST_DRAWN)}>
          {t('more')}
        </Button>
      )}
    </List>
  );
}

interface EndedListProps {
  readonly screen: ScreenName;
  readonly kind: string;
  readonly state: 'ended' | 'failed';
}

function EndedList({ screen, kind, state }: EndedListProps) {
  const { t } = useWords();
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useQuery(endedTasksQuery(useApi(), { kind, state, page }));
  if (data === undefined && error !== null) {
    return <LoadFailed error={error} onRetry={() => void refetch()} />;
  }
  if (data === undefined) return <Loading />;
  const pages = Math.max(1, Math.ceil(data.total / ENDED_PAGE_SIZE));
  if (data.total === 0)
    return (
      <Notice
        icon={<EmptyIcon screen={screen} />}
        title={t(state === 'failed' ? 'none_failed' : 'none_ended')}
      />
    );
  return (
    <List screen={screen} tasks={data.tasks}>
      {pages > 1 && <Pager page={Math.min(page, pages)} pages={pages} onChange={setPage} />}
    </List>
  );
}

function LoadFailed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useWords();
  return (
    <Notice
      urgent
      icon={<CloudOff size={26} />}
      title={t('load_failed')}
      actions={<Button onClick={onRetry}>{t('try_again')}</Button>}
    >
      {error.message}
    </Notice>
  );
}

interface ListProps {
  readonly screen: ScreenName;
  readonly tasks: readonly (Task | LiveTask)[];
  readonly children?: ReactNode;
}

/** Cards on the desk, rows in the list of all tasks. */
function List({ screen, tasks, children }: ListProps) {
  const { t } = useWords();
  return (
    <>
      <ul
        aria-label={t(screen)}
        className={
          screen === 'offline'
            ? 'grid grid-cols-[minmax(0,1fr)] gap-3 p-4 sm:p-5 xl:grid-cols-[repeat(2,minmax(0,1fr))]'
            : 'flex flex-col [&>li]:border-b [&>li]:border-line'
        }
      >
        {tasks.map((task) => (
          <TaskItem key={task.id} task={task} card={screen === 'offline'} />
        ))}
      </ul>
      {children}
    </>
  );
}

/** The button for what the list is of. */
function Add({ filter }: { filter: Filter }) {
  return filter === 'feeds' ? <AddFeed /> : <AddLinks />;
}

function AddFeed() {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  if (useMe()?.canFetch !== true) return null;
  return (
    <>
      <Button tone="primary" className="mr-1" onClick={() => setOpen(true)}>
        <Plus size={18} aria-hidden />
        {t('add_feed')}
      </Button>
      {open && (
        <Suspense>
          <FeedDialogs onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

function AddLinks() {
  const { t } = useWords();
  const fetch = useFetch();
  if (useMe()?.canFetch !== true) return null;
  return (
    <Button tone="primary" className="mr-1" onClick={() => fetch({ text: '', folder: ROOT, pasted: false })}>
      <Plus size={18} aria-hidden />
      {t('add_links')}
    </Button>
  );
}

function EmptyIcon({ screen }: { screen: ScreenName }) {
  return screen === 'offline' ? <CloudDownload size={26} /> : <ListTodo size={26} />;
}

function Loading() {
  const { t } = useWords();
  return (
    <div role="status" aria-label={t('loading')} className="flex animate-late flex-col gap-3 p-4 sm:p-5">
      {[0, 1, 2].map((index) => (
        <div key={index} className="h-20 animate-pulse rounded-panel bg-hover" />
      ))}
    </div>
  );
}
