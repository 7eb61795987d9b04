import { lazy, Suspense } from 'react';
import type { ShareDialogProps } from './share-dialog.tsx';

const ShareDialog = lazy(async () => ({ default: (await import('./share-dialog.tsx')).ShareDialog }));

/** The dialog that makes a share, loaded when it is first wanted. */
export function LazyShareDialog(props: ShareDialogProps) {
  return (
    <Suspense>
      <ShareDialog {...props} />
    </Suspense>
  );
}
