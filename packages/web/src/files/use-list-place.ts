import { useRouterState } from '@tanstack/react-router';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { TreePath } from '../tree/tree-path.ts';
import { useListMemory } from './list-memory-context.tsx';

interface Scrolling {
  scrollToIndex(index: number, options: { align: 'auto' | 'center' }): void;
  getTotalSize(): number;
}

interface Setup {
  readonly path: TreePath;
  readonly scroller: HTMLElement;
  readonly virtualizer: Scrolling;
  /** -1 when nothing has the cursor. */
  readonly cursorRow: number;
  readonly cursorName: string | undefined;
}

/** Keeps the cursor in sight, remembers where the list was left, and goes back there when it is shown again. */
export function useListPlace({ path, scroller, virtualizer, cursorRow, cursorName }: Setup): void {
  const memory = useListMemory();
  const visit = useVisit();
  const [left] = useState(() => memory.restore(visit, path));
  const awaited = useRef(left?.offset);

  // A folder that comes page by page may not reach down to the old place at first.
  useLayoutEffect(() => {
    const offset = awaited.current;
    if (offset === undefined || virtualizer.getTotalSize() < offset + scroller.clientHeight) return;
    awaited.current = undefined;
    scroller.scrollTop = offset;
  });

  const place = useRef({ offset: 0, cursor: cursorName });
  place.current.cursor = cursorName;
  useEffect(() => {
    const onScroll = () => {
      place.current.offset = scroller.scrollTop;
      memory.save(visit, path, { ...place.current });
    };
    const onIntent = () => {
      awaited.current = undefined;
    };
    scroller.addEventListener('scroll', onScroll, { passive: true });
    scroller.addEventListener('wheel', onIntent, { passive: true });
    scroller.addEventListener('touchmove', onIntent, { passive: true });
    return () => {
      memory.save(visit, path, { ...place.current });
      scroller.removeEventListener('scroll', onScroll);
      scroller.removeEventListener('wheel', onIntent);
      scroller.removeEventListener('touchmove', onIntent);
    };
  }, [memory, visit, path, scroller]);

  const shownRow = useRef(left === undefined ? -1 : cursorRow);
  useEffect(() => {
    if (cursorRow === shownRow.current || cursorRow < 0) return;
    const first = shownRow.current === -1;
    shownRow.current = cursorRow;
    virtualizer.scrollToIndex(cursorRow, { align: first ? 'center' : 'auto' });
  }, [cursorRow, virtualizer]);
}

/** The history entry's own key: going back leads to the same one. */
export function useVisit(): string {
  return useRouterState({
    select: ({ location }) => {
      const { __TSR_key: key = '' } = location.state;
      return key;
    },
  });
}
