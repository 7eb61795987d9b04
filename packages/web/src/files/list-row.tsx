import { ArrowDown, ArrowUp, Check, Download, Minus } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../api/entries.ts';
import { saveUrl } from '../api/file-links.ts';
import { useFormat } from '../format/use-format.ts';
import { usePreference } from '../preferences/preferences.tsx';
import { childPath, encodePath, type TreePath } from '../tree/tree-path.ts';
import { classes } from '../ui/classes.ts';
import { StateDot } from '../ui/state-dot.tsx';
import { EntryIcon, Thumbnail } from './entry-icon.tsx';
import type { SortKey } from './sorting.ts';
import type { ListControl } from './use-list-control.ts';

/** One entry as lists and grids draw it. */
export interface ItemProps {
  readonly entry: Entry;
  readonly index: number;
  readonly id: string;
  readonly selected: boolean;
  readonly atCursor: boolean;
  readonly folder: TreePath;
  /** Ms since the epoch, for relative times. */
  readonly now: number;
}

const COLUMNS =
  'grid grid-cols-[2.75rem_minmax(0,1fr)] md:grid-cols-[2.75rem_minmax(0,1fr)_9rem_9.5rem_2.75rem]';

/** A storage that doesn't work is greyed, but opens: to its reason. */
export function isDimmed({ mount }: Entry): boolean {
  return mount !== undefined && mount.state !== 'ok' && mount.state !== 'idle';
}

/** The address of an entry's page. */
export function pageHref(folder: TreePath, name: string): string {
  return `/files${encodePath(childPath(folder, name))}`;
}

export const ListRow = memo(function ListRow({ pictures, ...item }: ItemProps & { pictures: boolean }) {
  const { entry, index, id, selected, atCursor, folder, now } = item;
  const { t } = useTranslation();
  const format = useFormat();
  const size = entry.isFolder && entry.size === 0 ? '' : format.size(entry.size);
  const when = entry.modified === undefined ? '' : format.when(entry.modified, now);
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-index={index}
      className={classes(
        COLUMNS,
        'group/item mx-1.5 h-full cursor-default items-center rounded-control select-none md:mx-2',
        selected ? 'bg-selected' : 'hover:bg-hover',
        atCursor &&
          'group-focus-visible/list:outline-2 group-focus-visible/list:-outline-offset-2 group-focus-visible/list:outline-accent',
      )}
    >
      <div role="gridcell" className="flex h-full items-center justify-center">
        <Tick label={t('files.select', { name: entry.name })} selected={selected}>
          {!pictures && (
            <span className={isDimmed(entry) ? 'opacity-50' : undefined}>
              <EntryIcon entry={entry} size={20} />
            </span>
          )}
        </Tick>
      </div>
      <div role="gridcell" className="flex min-w-0 items-center gap-3 pr-3">
        {pictures && (
          <div className="flex h-14 w-20 shrink-0 items-center justify-center overflow-hidden rounded-sm bg-hover">
            <Thumbnail entry={entry} iconSize={24} />
          </div>
        )}
        <div className="flex min-w-0 flex-1 flex-col md:block">
          <Name entry={entry} folder={folder} />
          <span className="figures flex gap-1.5 truncate text-xs text-muted empty:hidden md:hidden">
            {[size, when].filter((part) => part !== '').join(' · ')}
          </span>
        </div>
        {entry.mount !== undefined && (
          <span className="md:hidden">
            <StateDot state={entry.mount.state} />
          </span>
        )}
      </div>
      <div role="gridcell" className="figures hidden truncate pr-6 text-right text-muted md:block">
        {entry.mount === undefined ? size : <StateDot state={entry.mount.state} />}
      </div>
      <div
        role="gridcell"
        title={entry.modified === undefined ? undefined : format.moment(entry.modified)}
        className="figures hidden truncate text-muted md:block"
      >
        {when}
      </div>
      <div role="gridcell" className="hidden justify-end md:flex">
        {!entry.isFolder && <QuickDownload entry={entry} />}
      </div>
    </div>
  );
});

function Name({ entry, folder }: { entry: Entry; folder: TreePath }) {
  return (
    <a
      data-name
      href={pageHref(folder, entry.name)}
      title={entry.name}
      tabIndex={-1}
      className={classes(
        'block w-fit max-w-full truncate whitespace-pre hover:underline hover:decoration-line-strong hover:underline-offset-4',
        'touch:no-underline [-webkit-touch-callout:none]',
        isDimmed(entry) && 'text-muted',
      )}
    >
      {entry.name}
    </a>
  );
}

function QuickDownload({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  return (
    <a
      data-own
      href={saveUrl(entry)}
      download={entry.name}
      tabIndex={-1}
      title={t('file.download')}
      aria-label={t('file.download')}
      className="flex size-9 items-center justify-center rounded-control text-muted opacity-0 group-hover/item:opacity-100 hover:bg-pressed hover:text-text focus-visible:opacity-100"
    >
      <Download size={18} aria-hidden />
    </a>
  );
}

interface TickProps {
  readonly label: string;
  readonly selected: boolean;
  readonly children: ReactNode;
}

/** An icon in whose place there is a tick box when the mouse is on the row, and for as long as it is selected. */
export function Tick({ label, selected, children }: TickProps) {
  return (
    <span data-tick title={label} className="flex size-9 items-center justify-center">
      <span className={selected ? 'hidden' : 'flex group-hover/item:hidden touch:flex!'}>{children}</span>
      <TickBox
        state={selected}
        className={selected ? 'flex' : 'hidden group-hover/item:flex touch:hidden!'}
      />
    </span>
  );
}

function TickBox({ state, className }: { state: boolean | 'some'; className?: string }) {
  return (
    <span
      aria-hidden
      className={classes(
        'size-4.5 items-center justify-center rounded-sm border',
        state === false ? 'border-faint bg-surface' : 'border-accent bg-accent text-on-accent',
        className,
      )}
    >
      {state === true && <Check size={14} strokeWidth={3} />}
      {state === 'some' && <Minus size={14} strokeWidth={3} />}
    </span>
  );
}

/** The heads of the columns, by which the list is sorted too. */
export function ListHeader({ control }: { control: ListControl }) {
  const { t } = useTranslation();
  const { entries, selected } = control;
  const state = selected.length === 0 ? false : selected.length === entries.length ? true : 'some';
  return (
    <div className="hidden shrink-0 overflow-y-hidden border-b border-line [scrollbar-gutter:stable] md:block">
      <div
        role="row"
        aria-rowindex={1}
        className={classes(COLUMNS, 'mx-2 h-9 items-center text-sm text-muted')}
      >
        <div role="columnheader" className="flex justify-center">
          <button
            type="button"
            aria-label={t('files.select_all')}
            title={t('files.select_all')}
            aria-pressed={state === true}
            onClick={control.selectAll}
            className="flex size-9 items-center justify-center"
          >
            <TickBox state={state} className="flex" />
          </button>
        </div>
        <SortHead by="name" />
        <SortHead by="size" className="justify-end pr-6" />
        <SortHead by="modified" />
        <div role="columnheader" className="sr-only">
          {t('file.download')}
        </div>
      </div>
    </div>
  );
}

function SortHead({ by, className }: { by: SortKey; className?: string }) {
  const { t } = useTranslation();
  const [sort, setSort] = usePreference('sort');
  const active = sort.key === by;
  const turned = sort.direction === 'asc' ? 'desc' : 'asc';
  const order = active ? (sort.direction === 'asc' ? 'ascending' : 'descending') : 'none';
  const Arrow = sort.direction === 'asc' ? ArrowUp : ArrowDown;
  return (
    <div role="columnheader" aria-sort={order} className={classes('flex min-w-0', className)}>
      <button
        type="button"
        onClick={() => setSort({ key: by, direction: active ? turned : by === 'name' ? 'asc' : 'desc' })}
        className={classes(
          '-mx-1.5 flex h-7 items-center gap-1 rounded-control px-1.5 hover:bg-hover hover:text-text',
          active && 'font-medium text-text',
        )}
      >
        {t(`files.${by}`)}
        {active && <Arrow size={14} aria-hidden />}
      </button>
    </div>
  );
}
