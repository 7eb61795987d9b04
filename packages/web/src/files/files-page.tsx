import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiError } from '../api/errors.ts';
import type { Entry, FolderPage } from '../api/entries.ts';
import { folderKey } from '../api/queries.ts';
import { baseName, parentOf, ROOT, type TreePath } from '../tree/tree-path.ts';
import { FilePage } from './file-page.tsx';
import { FolderPageView } from './folder-page.tsx';
import { useListMemory } from './list-memory-context.tsx';
import { useFolder } from './use-folder.ts';

/** Whatever is at a path: a folder's list or a file's page. The address doesn't tell which; the parent's list may, else the gateway does. */
export function FilesPage({ path }: { path: TreePath }) {
  const known = useKnownEntry(path);
  const folder = useFolder(path, known?.isFolder !== false);
  const memory = useListMemory();
  useEffect(() => memory.entered(path), [memory, path]);
  useTitle(path);
  const isFile =
    known?.isFolder === false || (folder.error instanceof ApiError && folder.error.kind === 'not_a_folder');
  return isFile ? <FilePage path={path} known={known} /> : <FolderPageView folder={folder} />;
}

/** The entry as its parent's list has it, where that was shown before. */
function useKnownEntry(path: TreePath): Entry | undefined {
  const queries = useQueryClient();
  const [known] = useState(() => {
    if (path === ROOT) return undefined;
    const parent = queries.getQueryData<InfiniteData<FolderPage>>(folderKey(parentOf(path)));
    const name = baseName(path);
    for (const page of parent?.pages ?? []) {
      const entry = page.entries.find((candidate) => candidate.name === name);
      if (entry !== undefined) return entry;
    }
    return undefined;
  });
  return known;
}

function useTitle(path: TreePath): void {
  useEffect(() => {
    document.title = path === ROOT ? 'Sluice' : `${baseName(path)} – Sluice`;
    return () => {
      document.title = 'Sluice';
    };
  }, [path]);
}
