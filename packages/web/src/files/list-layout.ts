import { useEffect, useState } from 'react';
import type { FolderLook } from '../preferences/preferences.tsx';
import { useTouch } from '../ui/use-media.ts';

/** Sizes of a list's rows, in CSS pixels. */
export interface ListLayout {
  /** Entries side by side; 1 for lists. */
  readonly columns: number;
  readonly rowHeight: number;
}

const ROW_PX = { mouse: 40, touch: 52, pictures: 72 } as const;

const TILE = { widthPx: 168, gapPx: 12, captionPx: 60, sidePx: 16 } as const;

/** The layout of a look in a list of some width. */
export function layoutOf(look: FolderLook, widthPx: number, touch: boolean): ListLayout {
  if (look === 'pictures') return { columns: 1, rowHeight: ROW_PX.pictures };
  if (look === 'list') return { columns: 1, rowHeight: touch ? ROW_PX.touch : ROW_PX.mouse };
  const room = widthPx - 2 * TILE.sidePx + TILE.gapPx;
  const columns = Math.max(2, Math.floor(room / (TILE.widthPx + TILE.gapPx)));
  const tileWidth = room / columns - TILE.gapPx;
  return { columns, rowHeight: Math.round(tileWidth * 0.75) + TILE.captionPx + TILE.gapPx };
}

/** The layout in `element` as it is now, followed while it changes. Undefined until it is measured. */
export function useListLayout(look: FolderLook, element: HTMLElement | null): ListLayout | undefined {
  const touch = useTouch();
  const [width, setWidth] = useState<number>();
  useEffect(() => {
    if (element === null) return undefined;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return width === undefined ? undefined : layoutOf(look, width, touch);
}
