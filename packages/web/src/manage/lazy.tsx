import { lazy, Suspense } from 'react';
import type { ManagePagesProps } from './index.tsx';

const ManagePages = lazy(async () => ({ default: (await import('./index.tsx')).ManagePages }));

/** The screens under Manage, loaded when they are first wanted. */
export function LazyManage(props: ManagePagesProps) {
  return (
    <Suspense>
      <ManagePages {...props} />
    </Suspense>
  );
}
