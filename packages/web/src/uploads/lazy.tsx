import { lazy, Suspense } from 'react';
import type { FolderUploadsProps } from './add-button.tsx';

const FolderUploads = lazy(async () => ({ default: (await import('./add-button.tsx')).FolderUploads }));

/** What brings something into a folder; loaded when there is a folder that takes it. */
export function LazyFolderUploads(props: FolderUploadsProps) {
  return (
    <Suspense>
      <FolderUploads {...props} />
    </Suspense>
  );
}
