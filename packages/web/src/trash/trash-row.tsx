import { RotateCcw, Trash2 } from 'lucide-react';
import type { TrashedEntry } from '../api/trash.ts';
import { Thumbnail } from '../files/entry-icon.tsx';
import { useFormat } from '../format/use-format.ts';
import { IconButton } from '../ui/button.tsx';
import { useWords } from './use-words.ts';

interface TrashRowProps {
  readonly item: TrashedEntry;
  readonly selected: boolean;
  readonly busy: boolean;
  readonly onToggle: () => void;
  readonly onRestore: () => void;
  readonly onPurge: () => void;
}

/** One thing in the trash: where it was, how long it stays, and the two ways on. */
export function TrashRow({ item, selected, busy, onToggle, onRestore, onPurge }: TrashRowProps) {
  const { t } = useWords();
  const format = useFormat();
  const { entry, purgeAt } = item;
  const { name } = entry;
  return (
    <li
      className={`flex items-center gap-3 border-b border-line py-2 pr-2 pl-4 [content-visibility:auto] [contain-intrinsic-size:auto_4rem] sm:px-5 ${selected ? 'bg-accent-soft' : 'hover:bg-hover'}`}
    >
      <input
        type="checkbox"
        checked={selected}
        onChange={onToggle}
        aria-label={t('select', { name })}
        className="size-4 touch:size-5 shrink-0 accent-accent"
      />
      <div className="grid size-9 shrink-0 place-items-center overflow-hidden rounded-control">
        <Thumbnail entry={entry} iconSize={22} />
      </div>
      <div className="min-w-0 flex-1">
        <p className="truncate whitespace-pre">{name}</p>
        <p className="figures truncate text-sm text-muted">
          <From path={item.from} />
          {!entry.isFolder && ` · ${format.size(entry.size)}`}
          {purgeAt !== undefined && ` · ${t('purge_at', { when: format.day(purgeAt) })}`}
        </p>
      </div>
      <IconButton
        label={t('restore_one', { name })}
        title={t('restore')}
        icon={<RotateCcw size={19} />}
        disabled={busy}
        onClick={onRestore}
      />
      <IconButton
        label={t('purge_one', { name })}
        title={t('purge')}
        icon={<Trash2 size={19} />}
        disabled={busy}
        onClick={onPurge}
      />
    </li>
  );
}

function From({ path }: { path: string }) {
  const { t } = useWords();
  if (path === '') return t('from_gone');
  return path === '/' ? t('from_root') : t('from', { path });
}
