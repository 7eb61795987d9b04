import { lazy, Suspense } from 'react';
import type { TreePath } from '../tree/tree-path.ts';

const FolderUploads = lazy(async () => ({ default: (await import('./add-button.tsx')).FolderUploads }));

/** What brings something into a folder; loaded when there is a folder that takes it. */
export function LazyFolderUploads(props: { folder: TreePath; quiet: boolean }) {
  return (
    <Suspense>
      <FolderUploads {...props} />
    </Suspense>
  );
}
