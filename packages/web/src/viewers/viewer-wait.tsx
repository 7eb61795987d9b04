import { useWords } from './use-words.ts';

/** Grey lines where text will be; they appear only when the wait is long enough to be noticed. */
export function ViewerWait() {
  const { t } = useWords();
  return (
    <div role="status" aria-label={t('loading')} className="skeleton-late flex flex-1 flex-col gap-3 p-6">
      {[92, 78, 85, 60].map((width) => (
        <div key={width} className="h-4 rounded bg-current/10" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
