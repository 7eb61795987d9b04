import { createContext, lazy, type ReactNode, Suspense, useContext, useSyncExternalStore } from 'react';
import type { Toasts } from './toasts.ts';

const ToastList = lazy(() => import('./toast-list.tsx'));
const ToastsContext = createContext<Toasts | undefined>(undefined);

/** Shows messages at the lower edge. What draws them is loaded with the first. */
export function ToastProvider({ toasts, children }: { toasts: Toasts; children: ReactNode }) {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.list);
  return (
    <ToastsContext value={toasts}>
      {children}
      {shown.length > 0 && (
        <Suspense>
          <ToastList toasts={shown} onClose={toasts.dismiss} />
        </Suspense>
      )}
    </ToastsContext>
  );
}

export function useToasts(): Toasts {
  const toasts = useContext(ToastsContext);
  if (toasts === undefined) throw new Error('useToasts needs a ToastProvider above it');
  return toasts;
}
