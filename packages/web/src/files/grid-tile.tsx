import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/use-format.ts';
import { classes } from '../ui/classes.ts';
import { StateDot } from '../ui/state-dot.tsx';
import { Thumbnail } from './entry-icon.tsx';
import { isDimmed, type ItemProps, pageHref, Tick } from './list-row.tsx';

/** An entry as a picture with its name below. */
export const GridTile = memo(function GridTile(item: ItemProps) {
  const { entry, index, id, selected, atCursor, folder } = item;
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div
      id={id}
      role="gridcell"
      aria-selected={selected}
      data-index={index}
      className={classes(
        'group/item relative flex h-full min-w-0 cursor-default flex-col gap-2 rounded-panel p-1.5 select-none',
        selected ? 'bg-selected' : 'hover:bg-hover',
        atCursor &&
          'group-focus-visible/list:outline-2 group-focus-visible/list:-outline-offset-2 group-focus-visible/list:outline-accent',
      )}
    >
      <div
        className={classes(
          'flex min-h-0 flex-1 items-center justify-center overflow-hidden rounded-control bg-canvas',
          isDimmed(entry) && '*:opacity-50',
        )}
      >
        <Thumbnail entry={entry} iconSize={48} />
      </div>
      <div className="h-11 min-w-0 px-1">
        <a
          data-name
          href={pageHref(folder, entry.name)}
          title={entry.name}
          tabIndex={-1}
          className={classes(
            'block truncate whitespace-pre hover:underline hover:underline-offset-4 touch:no-underline',
            isDimmed(entry) && 'text-muted',
          )}
        >
          {entry.name}
        </a>
        {entry.mount === undefined ? (
          <p className="figures truncate text-sm text-muted">
            {entry.isFolder ? t('kind.folder') : format.size(entry.size)}
          </p>
        ) : (
          <StateDot state={entry.mount.state} />
        )}
      </div>
      <div
        className={classes(
          'absolute top-3 left-3 rounded-control bg-raised/90',
          !selected && 'hidden group-hover/item:block touch:hidden!',
        )}
      >
        <Tick label={t('files.select', { name: entry.name })} selected={selected}>
          {null}
        </Tick>
      </div>
    </div>
  );
});
