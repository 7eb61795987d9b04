import { createContext, lazy, type ReactNode, Suspense, useContext, useEffect, useState } from 'react';

const KeyboardDialog = lazy(() => import('./keyboard-dialog.tsx'));
const HelpContext = createContext<() => void>(() => {});

/** Shows the map of keys on `?` and to whoever asks for it. */
export function KeyboardHelpProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  useGlobalKey('?', () => setOpen(true));
  return (
    <HelpContext value={() => setOpen(true)}>
      {children}
      {open && (
        <Suspense>
          <KeyboardDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </HelpContext>
  );
}

export function useKeyboardHelp(): () => void {
  return useContext(HelpContext);
}

/** Acts on a key wherever the focus is, unless somebody writes or something floats above the page. */
export function useGlobalKey(key: string, act: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
      if (isWriting(event.target) || document.querySelector('[role="dialog"], [role="menu"]') !== null)
        return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
