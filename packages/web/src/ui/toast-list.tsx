import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { Toast as Primitive } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import type { Toast } from './toasts.ts';

interface ToastListProps {
  readonly toasts: readonly Toast[];
  readonly onClose: (id: number) => void;
}

/** Messages stay as long as it takes to read them; bad news, and what one may want to take back, a little longer. */
const SHOWN_MS = { plain: 4000, bad: 8000 } as const;

export default function ToastList({ toasts, onClose }: ToastListProps) {
  const { t } = useTranslation();
  return (
    <Primitive.Provider label={t('toast.label')} swipeDirection="down">
      {toasts.map(({ id, text, tone, action }) => (
        <Primitive.Root
          key={id}
          duration={SHOWN_MS[action === undefined ? tone : 'bad']}
          type={tone === 'bad' ? 'foreground' : 'background'}
          onOpenChange={(open) => !open && onClose(id)}
          className="flex animate-rise items-center gap-3 rounded-panel border border-line bg-raised py-2.5 pr-2.5 pl-4 shadow-float"
        >
          {tone === 'bad' ? (
            <CircleAlert size={18} aria-hidden className="shrink-0 text-bad" />
          ) : (
            <CircleCheck size={18} aria-hidden className="shrink-0 text-good" />
          )}
          <Primitive.Description className="min-w-0 flex-1 wrap-anywhere">{text}</Primitive.Description>
          {action !== undefined && (
            <Primitive.Action asChild altText={action.text}>
              <Button tone="quiet" className="-my-1" onClick={action.run}>
                {action.text}
              </Button>
            </Primitive.Action>
          )}
          <Primitive.Close
            aria-label={t('toast.close')}
            className="inline-flex size-8 touch:size-11 items-center justify-center rounded-control text-muted hover:bg-hover"
          >
            <X size={16} />
          </Primitive.Close>
        </Primitive.Root>
      ))}
      <Primitive.Viewport className="fixed inset-x-0 bottom-24 z-50 mx-auto flex w-[min(26rem,calc(100vw-2rem))] flex-col gap-2 outline-none" />
    </Primitive.Provider>
  );
}
