import { TriangleAlert } from 'lucide-react';
import type { MountState } from '../api/entries.ts';
import { useFormat } from '../format/use-format.ts';
import { buttonClass } from '../ui/button.tsx';
import { useWords } from './use-words.ts';

interface StateReportProps {
  readonly title?: string;
  readonly state: MountState;
}

/** Why a storage doesn't work and what to do about it. */
export function StateReport({ title, state }: StateReportProps) {
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
        {state.actionUrl !== '' && (
          <a
            className={buttonClass('secondary', 'mt-2')}
            href={state.actionUrl}
            target="_blank"
            rel="noreferrer"
          >
            {t('open_check')}
          </a>
        )}
      </div>
    </div>
  );
}
