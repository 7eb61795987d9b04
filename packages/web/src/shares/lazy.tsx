import { lazy, Suspense } from 'react';
import type { SharesScreenProps } from './index.tsx';

const SharesScreen = lazy(async () => ({ default: (await import('./index.tsx')).SharesScreen }));

/** The screens about shares, loaded when they are first wanted. */
export function LazyShares(props: SharesScreenProps) {
  return (
    <Suspense>
      <SharesScreen {...props} />
    </Suspense>
  );
}
