import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { failedItemsQuery, type Task, taskLogQuery } from '../api/tasks.ts';
import { useApi } from '../session/session.tsx';
import { useWords } from './use-words.ts';

/** The task's own last lines, for who wants to know more. */
export function TaskLog({ task }: { task: Task }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <details className="text-sm text-muted" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="inline-flex min-h-6 touch:min-h-11 cursor-pointer items-center select-none hover:text-text">
        {t('log')}
      </summary>
      {open && (task.kind === 'copy' || task.kind === 'move') && <FailedItems task={task} />}
      {open && <Lines task={task} />}
    </details>
  );
}

/** Which files could not be copied or moved, and why. */
function FailedItems({ task }: { task: Task }) {
  const { t } = useWords();
  const { data = [] } = useQuery(failedItemsQuery(useApi(), task));
  if (data.length === 0) return null;
  return (
    <ul aria-label={t('failed_items')} className="mt-1 flex max-h-48 flex-col gap-1 overflow-auto">
      {data.map(({ key, note }) => (
        <li key={key} className="wrap-anywhere">
          <span className="text-text">{key}</span> {note}
        </li>
      ))}
    </ul>
  );
}

function Lines({ task }: { task: Task }) {
  const { t } = useWords();
  const { data, error } = useQuery(taskLogQuery(useApi(), task));
  if (error !== null) return <p role="alert">{error.message}</p>;
  if (data === undefined) return <p className="animate-late">{t('loading')}</p>;
  const lines = [...(task.status === '' ? [] : [task.status]), ...data.toReversed()];
  if (lines.length === 0) return <p>{t('log_empty')}</p>;
  return (
    <ul className="mt-1 flex max-h-48 flex-col gap-1 overflow-auto rounded-control bg-hover p-3 font-mono text-xs wrap-anywhere">
      {lines.map((line, index) => (
        // Lines may repeat, and new ones come in front.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={index}>{line}</li>
      ))}
    </ul>
  );
}
