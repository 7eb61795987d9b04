import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../../session/session.tsx';
import { liveTasksQuery } from './live-query.ts';

/** The tasks under way, as the feed keeps them. */
export function useLiveTasks() {
  const queries = useQueryClient();
  return useQuery({ ...liveTasksQuery(useApi(), queries), enabled: false });
}
