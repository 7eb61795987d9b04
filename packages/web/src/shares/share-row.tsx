import { Link } from '@tanstack/react-router';
import { FolderSymlink } from 'lucide-react';
import type { Share } from '../api/shares.ts';
import { useFormat } from '../format/use-format.ts';
import { splatOf } from '../tree/tree-path.ts';
import { buttonClass } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { ShareDot } from './share-state.tsx';
import { useWords } from './use-words.ts';

interface ShareRowProps {
  readonly share: Share;
  readonly selected: boolean;
  readonly onToggle: () => void;
}

/** One share: where it is, how it is doing and since when, and what would help. */
export function ShareRow({ share, selected, onToggle }: ShareRowProps) {
  const { t } = useWords();
  const { mountPath: path, state, disabled, reason, remedy } = share;
  const closed = state !== 'ok' && state !== 'unchecked';
  return (
    <li
      className={classes(
        'flex items-start gap-3 border-b border-line py-2.5 pr-3 pl-4 [content-visibility:auto] [contain-intrinsic-size:auto_4rem] sm:px-5',
        selected ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      <input
        type="checkbox"
        checked={selected}
        onChange={onToggle}
        aria-label={t('select', { path })}
        className="mt-1 size-4 touch:size-5 shrink-0 accent-accent"
      />
      <FolderSymlink size={20} aria-hidden className={classes('mt-0.5 shrink-0', closed && 'text-faint')} />
      <div className="min-w-0 flex-1">
        <Link
          to="/files/$"
          params={{ _splat: splatOf(path) }}
          className={classes('block truncate whitespace-pre hover:underline', closed && 'text-muted')}
        >
          {path}
        </Link>
        <p className="flex flex-wrap items-center gap-x-3 text-sm text-muted">
          <ShareDot state={state} />
          {disabled && <span>{t('switched_off')}</span>}
          <When share={share} />
        </p>
        {closed && reason !== '' && (
          <p className="mt-1 text-sm text-pretty wrap-anywhere">
            {reason} <span className="text-muted">{remedy}</span>
          </p>
        )}
      </div>
      {closed && (
        <Link
          to="/manage/$"
          params={{ _splat: `storages/${share.id}` }}
          className={buttonClass(state === 'region' ? 'secondary' : 'quiet')}
        >
          {t(state === 'region' ? 'set_proxy' : 'edit')}
        </Link>
      )}
    </li>
  );
}

/** A bad state counts from when it began, a good one from the last look. */
function When({ share: { state, since, checkedAt } }: { share: Share }) {
  const { t } = useWords();
  const format = useFormat();
  if (state !== 'ok' && since !== undefined) return t('since', { when: format.moment(since) });
  return checkedAt === undefined ? '' : t('checked', { when: format.moment(checkedAt) });
}
