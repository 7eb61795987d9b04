import { X } from 'lucide-react';
import { Dialog as Primitive } from 'radix-ui';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { IconButton } from './button.tsx';
import { classes } from './classes.ts';

interface DialogProps {
  readonly title: ReactNode;
  readonly closeLabel: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** `sheet` comes up from the bottom edge, for phones. */
  readonly shape?: 'panel' | 'wide' | 'sheet';
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

const SHAPES = {
  panel:
    'inset-x-0 top-1/2 mx-auto max-h-[85dvh] w-[min(32rem,calc(100vw-2rem))] -translate-y-1/2 rounded-panel',
  wide: 'inset-x-0 top-1/2 mx-auto max-h-[92dvh] w-[min(64rem,calc(100vw-2rem))] -translate-y-1/2 rounded-panel',
  sheet: 'inset-x-0 bottom-0 max-h-[85dvh] rounded-t-panel pb-[env(safe-area-inset-bottom)]',
} as const;

/** What floats above the page until it is closed; Escape, the scrim and the browser's own means close it. */
export function Dialog({ title, closeLabel, onClose, children, shape = 'panel', onKeyDown }: DialogProps) {
  const goBack = useWayBack();
  return (
    <Primitive.Root open onOpenChange={(open) => !open && onClose()}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 animate-appear bg-scrim" />
        <Primitive.Content
          aria-describedby={undefined}
          onOpenAutoFocus={focusContent}
          onCloseAutoFocus={goBack}
          {...(onKeyDown === undefined ? {} : { onKeyDown })}
          className={classes(
            'fixed z-50 flex animate-appear flex-col bg-raised shadow-float outline-none',
            SHAPES[shape],
          )}
        >
          <header className="flex items-center gap-3 border-b border-line py-2 pr-2 pl-5">
            <Primitive.Title className="min-w-0 flex-1 truncate text-lg font-semibold">
              {title}
            </Primitive.Title>
            <Primitive.Close asChild>
              <IconButton label={closeLabel} icon={<X size={20} />} />
            </Primitive.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-auto">{children}</div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** The dialog itself gets the focus, not its close button, unless something in it asks with `data-autofocus`. */
function focusContent(event: Event): void {
  if (!(event.target instanceof HTMLElement)) return;
  event.preventDefault();
  const wanted = event.target.querySelector<HTMLElement>('[data-autofocus]');
  (wanted ?? event.target).focus({ preventScroll: true });
}

/** Gives the focus back to what had it before, since a dialog that opens by itself has no button to return to. */
function useWayBack(): (event: Event) => void {
  const [before] = useState(() => document.activeElement);
  return (event) => {
    event.preventDefault();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  };
}
