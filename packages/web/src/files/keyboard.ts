/** What a key asks of a file list. */
export type ListCommand =
  | { readonly type: 'move'; readonly by: number; readonly extend: boolean }
  | { readonly type: 'page'; readonly by: 1 | -1; readonly extend: boolean }
  | { readonly type: 'edge'; readonly to: 'first' | 'last'; readonly extend: boolean }
  | { readonly type: 'open' | 'up' | 'select_all' | 'toggle' | 'preview' | 'clear' | 'remove' | 'rename' }
  | { readonly type: 'type'; readonly char: string };

/** The part of a keyboard event that counts. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const EDGES: Readonly<Record<string, 'first' | 'last'>> = { Home: 'first', End: 'last' };
const PAGES: Readonly<Record<string, 1 | -1>> = { PageUp: -1, PageDown: 1 };

/**
 * The command of a key press in a list of `columns` columns; undefined for keys that aren't the list's own.
 * Alt is the browser's and the desktop's, so nothing with it is taken.
 */
export function listCommand(press: KeyPress, columns: number): ListCommand | undefined {
  const { key, altKey, shiftKey: extend } = press;
  if (altKey) return undefined;
  if (press.ctrlKey || press.metaKey) return chord(key);
  const by = stepOf(key, columns);
  if (by !== undefined) return { type: 'move', by, extend };
  const to = EDGES[key];
  if (to !== undefined) return { type: 'edge', to, extend };
  const pages = PAGES[key];
  if (pages !== undefined) return { type: 'page', by: pages, extend };
  return plain(key);
}

function chord(key: string): ListCommand | undefined {
  if (key === 'a' || key === 'A') return { type: 'select_all' };
  return key === ' ' ? { type: 'toggle' } : undefined;
}

function stepOf(key: string, columns: number): number | undefined {
  if (key === 'ArrowUp') return -columns;
  if (key === 'ArrowDown') return columns;
  if (columns === 1) return undefined;
  return key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : undefined;
}

function plain(key: string): ListCommand | undefined {
  switch (key) {
    case 'Enter':
      return { type: 'open' };
    case 'Backspace':
      return { type: 'up' };
    case 'Escape':
      return { type: 'clear' };
    case 'Delete':
      return { type: 'remove' };
    case 'F2':
      return { type: 'rename' };
    case ' ':
      return { type: 'preview' };
    default:
      return /^.$/su.test(key) && key !== '/' && key !== '?' ? { type: 'type', char: key } : undefined;
  }
}

/** Where a step leads in a list of `count`: past an end it stops there. */
export function clampIndex(index: number, count: number): number {
  return Math.max(0, Math.min(count - 1, index));
}
