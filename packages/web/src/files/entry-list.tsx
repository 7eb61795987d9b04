import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import {
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../api/entries.ts';
import { absoluteUrl, saveUrl } from '../api/file-links.ts';
import type { FolderLook } from '../preferences/preferences.tsx';
import { baseName, ROOT, type TreePath } from '../tree/tree-path.ts';
import { GridTile } from './grid-tile.tsx';
import { type KeyPress, listCommand } from './keyboard.ts';
import { type ListLayout, useListLayout } from './list-layout.ts';
import { ListHeader, ListRow } from './list-row.tsx';
import { useListPlace } from './use-list-place.ts';
import type { ListControl } from './use-list-control.ts';
import { usePress } from './use-press.ts';

interface EntryListProps {
  readonly path: TreePath;
  readonly control: ListControl;
  readonly look: FolderLook;
  readonly open: (entry: Entry) => void;
}

/** Rows beyond the screen that are drawn all the same, so that fast scrolling shows no holes. */
const OVERSCAN = 12;
/** Room below the last row for what floats there. */
const FOOT_PX = 80;

/** A folder's entries as a list or a grid, of which only what is on the screen exists. */
export function EntryList({ path, control, look, open }: EntryListProps) {
  const { t } = useTranslation();
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const layout = useListLayout(look, scroller);
  const press = usePress(control, (index) => {
    const entry = control.entries[index];
    if (entry !== undefined) open(entry);
  });
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const grid = look === 'grid';
  const onKeyDown = (event: Pick<KeyboardEvent, 'preventDefault'> & KeyPress) => {
    const command = layout && listCommand(event, layout.columns);
    if (layout === undefined || command === undefined) return;
    event.preventDefault();
    const rows = Math.floor((scroller?.clientHeight ?? 0) / layout.rowHeight) - 1;
    control.run(command, Math.max(1, rows) * layout.columns);
  };
  useKeysFromNowhere(root, onKeyDown);
  return (
    <div
      ref={root}
      role="grid"
      aria-label={t('files.list_label', { name: path === ROOT ? t('nav.files') : baseName(path) })}
      aria-multiselectable
      aria-rowcount={grid ? undefined : control.entries.length + 1}
      aria-colcount={grid ? layout?.columns : 5}
      aria-activedescendant={control.cursor < 0 ? undefined : itemId(id, control.cursor)}
      tabIndex={0}
      onKeyDown={(event) => event.target === event.currentTarget && onKeyDown(event)}
      className="group/list flex min-h-0 flex-1 flex-col outline-none"
    >
      {!grid && <ListHeader control={control} />}
      <div
        ref={setScroller}
        role="rowgroup"
        onDragStart={(event) => offerDownload(event, control.entries)}
        className="min-h-0 flex-1 scroll-pb-20 overflow-y-auto overscroll-contain [scrollbar-gutter:stable]"
        {...press}
      >
        {scroller !== null && layout !== undefined && (
          <Rows key={look} {...{ path, control, look, layout, scroller, id }} />
        )}
      </div>
    </div>
  );
}

interface RowsProps {
  readonly path: TreePath;
  readonly control: ListControl;
  readonly look: FolderLook;
  readonly layout: ListLayout;
  readonly scroller: HTMLElement;
  readonly id: string;
}

function Rows({ path, control, look, layout, scroller, id }: RowsProps) {
  const { columns, rowHeight } = layout;
  const { entries, cursor } = control;
  const count = Math.ceil(entries.length / columns);
  const cursorRow = cursor < 0 ? -1 : Math.floor(cursor / columns);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    rangeExtractor: (range) => withRow(range, cursorRow),
    paddingStart: look === 'grid' ? 12 : 4,
    paddingEnd: FOOT_PX,
    scrollPaddingEnd: FOOT_PX,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  useListPlace({ path, scroller, virtualizer, cursorRow, cursorName: entries[cursor]?.name });
  const [now] = useState(Date.now);
  return (
    <div role="presentation" className="relative" style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map(({ index: row, start }) => (
        <Placed key={row} top={start} height={rowHeight} columns={look === 'grid' ? columns : undefined}>
          {entries.slice(row * columns, (row + 1) * columns).map((entry, column) => {
            const index = row * columns + column;
            const item = {
              entry,
              index,
              id: itemId(id, index),
              selected: control.isSelected(entry.name),
              atCursor: index === cursor,
              folder: path,
              now,
            };
            return look === 'grid' ? (
              <GridTile key={entry.name} {...item} />
            ) : (
              <ListRow key={entry.name} pictures={look === 'pictures'} {...item} />
            );
          })}
        </Placed>
      ))}
    </div>
  );
}

/** The cursor's row exists wherever it is: assistive technology is pointed to it. */
function withRow(range: Range, row: number): number[] {
  const rows = defaultRangeExtractor(range);
  return row < 0 || row >= range.count || rows.includes(row) ? rows : [...rows, row].sort((a, b) => a - b);
}

interface PlacedProps {
  readonly top: number;
  readonly height: number;
  readonly columns: number | undefined;
  readonly children: ReactNode;
}

function Placed({ top, height, columns, children }: PlacedProps) {
  const place = { transform: `translateY(${top}px)`, height };
  if (columns === undefined) {
    return (
      <div role="presentation" className="absolute inset-x-0 top-0" style={place}>
        {children}
      </div>
    );
  }
  return (
    <div
      role="row"
      className="absolute inset-x-0 top-0 grid gap-3 px-4 pb-3"
      style={{ ...place, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
    >
      {children}
    </div>
  );
}

function itemId(id: string, index: number): string {
  return `${id}-${index}`;
}

/** Keys that were pressed while nothing had the focus are the list's too, and it takes the focus with them. */
function useKeysFromNowhere(
  root: RefObject<HTMLElement | null>,
  act: (event: globalThis.KeyboardEvent) => void,
): void {
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      if (event.target !== document.body || event.defaultPrevented) return;
      act(event);
      if (event.defaultPrevented) root.current?.focus({ preventScroll: true });
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  });
  useEffect(() => {
    const { activeElement } = document;
    if (activeElement === document.body || activeElement?.matches('a') === true) {
      root.current?.focus({ preventScroll: true });
    }
  }, [root]);
}

/** Lets a file be dragged out of the browser (Chromium's `DownloadURL`). */
function offerDownload(event: DragEvent, entries: readonly Entry[]): void {
  const item = event.target instanceof Element ? event.target.closest('[data-index]') : null;
  const entry = item instanceof HTMLElement ? entries[Number(item.dataset['index'])] : undefined;
  if (entry === undefined || entry.isFolder) return;
  const url = absoluteUrl(saveUrl(entry), location.origin);
  event.dataTransfer.setData(
    'DownloadURL',
    `application/octet-stream:${entry.name.replaceAll(':', '_')}:${url}`,
  );
  event.dataTransfer.setData('text/uri-list', url);
}
