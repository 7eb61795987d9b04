import { useCallback, useSyncExternalStore } from 'react';

/** Follows a media query. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** The page is as narrow as a phone's: the rail is a bottom bar, the pane a sheet. */
export function useNarrow(): boolean {
  return useMedia('(width < 48rem)');
}

/** What points is a finger: rows are higher, a tap opens. */
export function useTouch(): boolean {
  return useMedia('(pointer: coarse)');
}
