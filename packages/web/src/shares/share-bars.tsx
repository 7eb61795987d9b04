import { type Share, SHARE_STATES, type ShareList, type ShareState } from '../api/shares.ts';
import { useFormat } from '../format/use-format.ts';
import { Button } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { useWords } from './use-words.ts';

interface StateFilterProps {
  readonly list: ShareList;
  readonly filter: ShareState | undefined;
  readonly onChange: (state: ShareState | undefined) => void;
}

/** Chips with how many are in which state; states that nobody is in have none. */
export function StateFilter({ list, filter, onChange }: StateFilterProps) {
  const { t } = useWords();
  const format = useFormat();
  const states = SHARE_STATES.filter((state) => (list.counts[state] ?? 0) > 0 || state === filter);
  const chip = (state: ShareState | undefined, label: string, count: number) => (
    <button
      key={label}
      type="button"
      aria-pressed={filter === state}
      onClick={() => onChange(state)}
      className={classes(
        'inline-flex h-8 touch:h-10 shrink-0 items-center gap-2 rounded-full border px-3 text-sm transition-colors',
        filter === state ? 'border-accent bg-accent-soft text-accent' : 'border-line-strong hover:bg-hover',
      )}
    >
      {label}
      <span className="figures text-muted">{format.number(count)}</span>
    </button>
  );
  return (
    <div role="group" aria-label={t('filter')} className="flex gap-2 overflow-x-auto px-4 pt-2.5 sm:px-5">
      {chip(undefined, t('all'), list.shares.length)}
      {states.map((state) => chip(state, t(`state.${state}`), list.counts[state] ?? 0))}
    </div>
  );
}

interface ActionBarProps {
  readonly matching: readonly Share[];
  readonly chosen: readonly Share[];
  readonly busy: boolean;
  readonly pending: number;
  readonly selectAll: (all: boolean) => void;
  readonly run: (action: 'check' | 'disable', shares: readonly Share[]) => void;
  readonly remove: () => void;
}

/** Selecting, and what can be done with what is selected. */
export function ActionBar({ matching, chosen, busy, pending, selectAll, run, remove }: ActionBarProps) {
  const { t } = useWords();
  const format = useFormat();
  const all = chosen.length === matching.length && matching.length > 0;
  const counted = (count: number) => ({ count, formatted: format.number(count) });
  const status = pending > 0 ? t('looking', counted(pending)) : '';
  return (
    <div className="flex min-h-12 items-center gap-2 py-1.5 pr-2 pl-4 sm:px-5">
      <input
        type="checkbox"
        checked={all}
        ref={(box) => {
          if (box !== null) box.indeterminate = chosen.length > 0 && !all;
        }}
        onChange={() => selectAll(!all)}
        aria-label={t('select_all')}
        className="size-4 touch:size-5 shrink-0 accent-accent"
      />
      <p role="status" className="min-w-0 flex-1 truncate pl-1 text-sm text-muted">
        {chosen.length > 0 && status === '' ? t('selected', counted(chosen.length)) : status}
      </p>
      <Button disabled={busy} onClick={() => run('check', chosen.length > 0 ? chosen : matching)}>
        {t('check')}
      </Button>
      {chosen.length > 0 && (
        <>
          <Button disabled={busy} onClick={() => run('disable', chosen)}>
            {t('disable')}
          </Button>
          <Button tone="danger" disabled={busy} onClick={remove}>
            {t('remove')}
          </Button>
        </>
      )}
    </div>
  );
}
