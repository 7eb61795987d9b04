import { createContext, useContext } from 'react';
import type { TreePath } from '../tree/tree-path.ts';

/** Links that somebody wants to be fetched. */
export interface FetchWish {
  /** The text that holds them. */
  readonly text: string;
  readonly folder: TreePath;
  /** It was pasted somewhere on the page, so that it isn't clear yet what is wanted. */
  readonly pasted: boolean;
}

export const FetchContext = createContext<(wish: FetchWish) => void>(() => {});

/** Opens the dialog for links. */
export function useFetch(): (wish: FetchWish) => void {
  return useContext(FetchContext);
}
