import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { folderKey } from '../api/queries.ts';
import { readText } from '../api/read.ts';
import { mayHoldLink } from '../links/links.ts';
import { useMe } from '../session/session.tsx';
import { parentOf, pathOfSplat, ROOT, type TreePath } from '../tree/tree-path.ts';
import { FetchContext, type FetchWish } from './fetch-context.ts';

const FetchDialogs = lazy(() => import('./index.tsx'));

/** Longer texts are no list of links that somebody pasted to have them fetched. */
const MOST_CHARS = 1_000_000;

/** Offers the dialog for links: to whoever asks for it, and when links are pasted anywhere on the page. */
export function FetchProvider({ children }: { children: ReactNode }) {
  const [wish, setWish] = useState<FetchWish>();
  const folder = useFolderOfPage();
  usePasted((text) => setWish({ text, folder: folder(), pasted: true }));
  return (
    <FetchContext value={setWish}>
      {children}
      {wish !== undefined && (
        <Suspense>
          <FetchDialogs wish={wish} onChange={setWish} onClose={() => setWish(undefined)} />
        </Suspense>
      )}
    </FetchContext>
  );
}

/** Calls back for links that are pasted while nobody writes and nothing floats above the page. */
function usePasted(take: (text: string) => void): void {
  const me = useMe();
  const offered = me !== undefined && me.role !== 'guest' && (me.canFetch || me.role === 'admin');
  useEffect(() => {
    if (!offered) return undefined;
    const onPaste = (event: ClipboardEvent): void => {
      const { target } = event;
      const writes =
        target instanceof Element && target.closest('input, textarea, select, [contenteditable]');
      if (event.defaultPrevented || (writes !== false && writes !== null)) return;
      if (document.querySelector('[role="dialog"]') !== null) return;
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (text.length > MOST_CHARS || !mayHoldLink(text)) return;
      event.preventDefault();
      take(text);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  });
}

/** The folder that is looked at; of a file, the one that holds it; elsewhere, the root. */
function useFolderOfPage(): () => TreePath {
  const router = useRouter();
  const queries = useQueryClient();
  return () => {
    const match = router.state.matches.find(({ routeId }) => routeId === '/inside/files/$');
    if (match === undefined) return ROOT;
    const params: Readonly<Record<string, unknown>> = match.params;
    const path = pathOfSplat(readText(params['_splat']));
    return queries.getQueryData(folderKey(path)) === undefined ? parentOf(path) : path;
  };
}
