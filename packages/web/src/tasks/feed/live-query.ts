import { type QueryClient, queryOptions } from '@tanstack/react-query';
import type { Api } from '../../api/client.ts';
import { LIVE_TASKS_KEY, readLiveTasks } from '../../api/tasks.ts';
import { type LiveTask, withPace } from './live-tasks.ts';

/** The tasks under way. The feed asks and keeps them up to date; all others read what it has, with `enabled: false`. */
export function liveTasksQuery(api: Api, queries: QueryClient) {
  return queryOptions({
    queryKey: LIVE_TASKS_KEY,
    queryFn: async ({ signal }): Promise<readonly LiveTask[]> => {
      const tasks = await readLiveTasks(api, signal);
      return withPace(queries.getQueryData<readonly LiveTask[]>(LIVE_TASKS_KEY), tasks, Date.now());
    },
    staleTime: 0,
  });
}
