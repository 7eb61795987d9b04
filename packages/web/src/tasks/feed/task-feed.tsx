import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { ENDED_TASKS_KEY, hasEnded, LIVE_TASKS_KEY, type Task } from '../../api/tasks.ts';
import { useApi, useToken } from '../../session/session.tsx';
import { followTasks, type TaskChange } from './follow-tasks.ts';
import { liveTasksQuery } from './live-query.ts';
import { type LiveTask, withChange, without } from './live-tasks.ts';
import { createNews, type News } from './news.ts';

/** Where no events come, the gateway is asked this often. */
const POLL_MS = 5000;
/** How long to wait before the stream of events is asked for again. */
const AGAIN_MS = 10_000;

/**
 * Keeps what the page knows of tasks up to date while somebody looks at it: by the gateway's events, or by asking now and then where none come.
 * Lists of folders that a task has put something into are read again. Draws nothing.
 */
export default function TaskFeed() {
  const queries = useQueryClient();
  const visible = useVisible();
  const news = useNews(queries);
  const streaming = useStream(visible, news);
  const { data } = useQuery({
    ...liveTasksQuery(useApi(), queries),
    enabled: visible,
    refetchInterval: streaming ? false : POLL_MS,
  });
  const before = useRef<readonly Task[]>([]);
  useEffect(() => {
    if (data === undefined) return;
    news.compare(before.current, data);
    before.current = data;
  }, [data, news]);
  return null;
}

/** A connection is kept only by what is looked at: browsers have few for each host. */
function useVisible(): boolean {
  return useSyncExternalStore(
    (listener) => {
      document.addEventListener('visibilitychange', listener);
      return () => document.removeEventListener('visibilitychange', listener);
    },
    () => document.visibilityState === 'visible',
  );
}

function useNews(queries: QueryClient): News {
  const news = useMemo(() => createNews(queries), [queries]);
  useEffect(() => news.stop, [news]);
  return news;
}

/** Follows the stream while `wanted`; tells whether there is one. */
function useStream(wanted: boolean, news: News): boolean {
  const token = useToken();
  const queries = useQueryClient();
  const [streaming, setStreaming] = useState(false);
  useEffect(() => {
    if (!wanted) return undefined;
    const left = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onOpen = () => {
      setStreaming(true);
      void queries.invalidateQueries({ queryKey: LIVE_TASKS_KEY });
      void queries.invalidateQueries({ queryKey: ENDED_TASKS_KEY });
    };
    const onChange = (change: TaskChange) => {
      take(queries, change);
      if (change.type === 'removed' || hasEnded(change.task)) news.ended(change.task);
    };
    const follow = (): void => {
      const over = () => {
        if (left.signal.aborted) return;
        setStreaming(false);
        timer = setTimeout(follow, AGAIN_MS);
      };
      followTasks(token, { onOpen, onChange }, left.signal).then(over, over);
    };
    follow();
    return () => {
      left.abort();
      clearTimeout(timer);
      setStreaming(false);
    };
  }, [wanted, token, queries, news]);
  return streaming;
}

function take(queries: QueryClient, { type, task }: TaskChange): void {
  queries.setQueryData<readonly LiveTask[]>(LIVE_TASKS_KEY, (tasks) => {
    if (tasks === undefined) return undefined; // the list comes with all of them
    return type === 'removed' ? without(tasks, task.id) : withChange(tasks, task, Date.now());
  });
}
