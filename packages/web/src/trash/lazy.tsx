import { lazy, Suspense } from 'react';

const TrashScreen = lazy(async () => ({ default: (await import('./index.tsx')).TrashScreen }));

/** The trash, loaded when it is first wanted. */
export function LazyTrash() {
  return (
    <Suspense>
      <TrashScreen />
    </Suspense>
  );
}
