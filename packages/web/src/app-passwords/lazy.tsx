import { lazy, Suspense } from 'react';

const Screen = lazy(async () => ({ default: (await import('./index.tsx')).AppPasswords }));

/** One's own app passwords, loaded when they are first wanted. */
export function LazyAppPasswords() {
  return (
    <Suspense>
      <Screen />
    </Suspense>
  );
}
