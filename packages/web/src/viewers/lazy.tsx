import { lazy, Suspense } from 'react';
import type { ViewerProps } from './index.tsx';

const Viewer = lazy(async () => ({ default: (await import('./index.tsx')).Viewer }));

/** The page of a file, loaded when the first file is opened. */
export function LazyViewer(props: ViewerProps) {
  return (
    <Suspense>
      <Viewer {...props} />
    </Suspense>
  );
}
