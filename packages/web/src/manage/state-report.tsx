import { useQueryClient } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import type { MountState } from '../api/entries.ts';
import { useFormat } from '../format/use-format.ts';
import { useReasonWords } from '../reasons/reason-words.ts';
import { clockText, useTimeLeft, useWhenOver } from '../session/countdown.ts';
import { HumanCheck } from '../verification/human-check.tsx';
import { useWords } from './use-words.ts';

interface StateReportProps {
  readonly title?: string;
  readonly state: MountState;
  readonly id: number;
  /** The check that the storage waited for is passed. */
  readonly onPassed?: () => void;
}

/** Why a storage doesn't work and what to do about it. */
export function StateReport({ title, state, id, onPassed }: StateReportProps) {
  const { t } = useWords();
  const format = useFormat();
  const { reason, remedy } = useReasonWords()(state);
  const left = useTimeLeft(state.retryAt);
  const queries = useQueryClient();
  useWhenOver(state.retryAt, left, () => void queries.invalidateQueries({ queryKey: ['storages'] }));
  return (
    <div role="status" className="flex gap-3 rounded-panel bg-warn-soft p-4">
      <TriangleAlert aria-hidden size={20} className="shrink-0 text-warn" />
      <div className="flex min-w-0 flex-col items-start gap-1.5">
        {title !== undefined && <p className="font-semibold">{title}</p>}
        {reason !== '' && <p className="text-pretty wrap-anywhere">{reason}</p>}
        {remedy !== '' && <p className="text-pretty text-muted wrap-anywhere">{remedy}</p>}
        {state.retryAt !== undefined && left > 0 && (
          <p className="figures text-sm text-muted">
            {t('retry_at', { time: format.moment(state.retryAt), left: clockText(left) })}
          </p>
        )}
        {state.actionUrl !== '' && <HumanCheck id={id} url={state.actionUrl} onPassed={onPassed} />}
      </div>
    </div>
  );
}
