import { TriangleAlert } from 'lucide-react';
import type { MountState } from '../api/entries.ts';
import { useFormat } from '../format/use-format.ts';
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
  return (
    <div role="status" className="flex gap-3 rounded-panel bg-warn-soft p-4">
      <TriangleAlert aria-hidden size={20} className="shrink-0 text-warn" />
      <div className="flex min-w-0 flex-col items-start gap-1.5">
        {title !== undefined && <p className="font-semibold">{title}</p>}
        {state.reason !== '' && <p className="text-pretty wrap-anywhere">{state.reason}</p>}
        {state.remedy !== '' && <p className="text-pretty text-muted wrap-anywhere">{state.remedy}</p>}
        {state.retryAt !== undefined && (
          <p className="text-sm text-muted">{t('retry_at', { time: format.moment(state.retryAt) })}</p>
        )}
        {state.actionUrl !== '' && <HumanCheck id={id} url={state.actionUrl} onPassed={onPassed} />}
      </div>
    </div>
  );
}
