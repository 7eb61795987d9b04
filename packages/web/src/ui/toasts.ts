/** A short message about something that was just done. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'bad';
  /** What can still be done about it, such as taking it back. */
  readonly action?: ToastAction | undefined;
}

export interface ToastAction {
  readonly text: string;
  readonly run: () => void;
}

export interface Toasts {
  readonly show: (text: string, tone?: Toast['tone'], action?: ToastAction) => void;
  readonly dismiss: (id: number) => void;
  /** What is shown now, oldest first. */
  readonly list: () => readonly Toast[];
  readonly subscribe: (listener: () => void) => () => void;
}

/** More at once would cover the page. */
const MOST_AT_ONCE = 3;

export function createToasts(): Toasts {
  let shown: readonly Toast[] = [];
  let nextId = 1;
  const listeners = new Set<() => void>();
  const change = (next: readonly Toast[]) => {
    shown = next;
    for (const listener of listeners) listener();
  };
  return {
    show(text, tone = 'plain', action) {
      change([...shown, { id: nextId, text, tone, action }].slice(-MOST_AT_ONCE));
      nextId += 1;
    },
    dismiss: (id) => change(shown.filter((toast) => toast.id !== id)),
    list: () => shown,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
