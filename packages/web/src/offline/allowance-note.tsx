import { useQuery } from '@tanstack/react-query';
import { usageQuery } from '../api/usage.ts';
import { useFormat } from '../format/use-format.ts';
import { useApi } from '../session/session.tsx';
import type { TreePath } from '../tree/tree-path.ts';
import { isCloudTool } from './refusal.ts';
import { useWords } from './use-words.ts';

/** How many of the day's downloads the cloud has left, where it counts them. */
export function AllowanceNote({ tool, path }: { tool: string; path: TreePath }) {
  const { t } = useWords();
  const format = useFormat();
  const { data } = useQuery({ ...usageQuery(useApi(), path), enabled: tool !== '' && isCloudTool(tool) });
  const jobs = data?.offlineJobs;
  if (!isCloudTool(tool) || jobs?.total === undefined || jobs.total === 0) return null;
  const words = t('allowance', { used: format.number(jobs.used), total: format.number(jobs.total) });
  return <p className={jobs.used >= jobs.total * 0.9 ? 'text-warn' : undefined}>{words}</p>;
}
