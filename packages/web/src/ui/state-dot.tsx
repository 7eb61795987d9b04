import { useTranslation } from 'react-i18next';
import type { MountPhase } from '../api/entries.ts';
import { classes } from './classes.ts';

const COLOURS: Readonly<Record<MountPhase, string>> = {
  ok: 'bg-good',
  idle: 'bg-faint',
  degraded: 'bg-bad',
  needs_verification: 'bg-warn',
  disabled: 'border-2 border-faint',
};

/** A storage's state: a dot with its word. */
export function StateDot({ state }: { state: MountPhase }) {
  const { t } = useTranslation();
  return (
    <span className="inline-flex shrink-0 items-center gap-1.5 text-sm whitespace-nowrap text-muted">
      <span aria-hidden className={classes('size-2 rounded-full', COLOURS[state])} />
      {t(`mount.${state}`)}
    </span>
  );
}
