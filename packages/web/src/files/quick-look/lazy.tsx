import { lazy, Suspense } from 'react';
import type { QuickLookProps } from './quick-look.tsx';

const QuickLook = lazy(() => import('./quick-look.tsx'));

/** A quick look at the entry with the cursor, loaded when the first is wanted. */
export function LazyQuickLook(props: QuickLookProps) {
  return (
    <Suspense>
      <QuickLook {...props} />
    </Suspense>
  );
}
