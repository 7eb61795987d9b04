import type { ImportRow, ShareState } from '../api/shares.ts';
import { classes } from '../ui/classes.ts';
import { useWords } from './use-words.ts';

type AnyState = ShareState | ImportRow['state'];

const COLOURS: Readonly<Record<AnyState, string>> = {
  ok: 'bg-good',
  added: 'bg-good',
  mounted: 'bg-faint',
  password: 'bg-warn',
  region: 'bg-warn',
  unknown: 'bg-warn',
  expired: 'bg-bad',
  deleted: 'bg-bad',
  blocked: 'bg-bad',
  unchecked: 'border-2 border-faint',
  waiting: 'border-2 border-faint',
  looking: 'bg-accent motion-safe:animate-pulse',
};

/** A share's state: a dot with its word. */
export function ShareDot({ state }: { state: AnyState }) {
  const { t } = useWords();
  return (
    <span className="inline-flex shrink-0 items-center gap-1.5 text-sm whitespace-nowrap text-muted">
      <span aria-hidden className={classes('size-2 rounded-full', COLOURS[state])} />
      {t(`state.${state}`)}
    </span>
  );
}
