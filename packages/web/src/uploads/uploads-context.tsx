import type { QueryClient } from '@tanstack/react-query';
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useContext,
  useEffect,
  useSyncExternalStore,
} from 'react';
import { folderKey } from '../api/queries.ts';
import { trailOf, type TreePath } from '../tree/tree-path.ts';
import { createTusSend } from './tus-send.ts';
import { createUploadQueue, type UploadQueue } from './queue.ts';

const Tray = lazy(() => import('./tray.tsx'));
const UploadsContext = createContext<UploadQueue | undefined>(undefined);

/** @param token of the moment @param unreachable says that the gateway does not answer @param onStored told of the folder that a file came into */
export function createUploads(
  token: () => string,
  unreachable: () => string,
  onStored: (folder: TreePath) => void,
): UploadQueue {
  return createUploadQueue(createTusSend(token, unreachable), onStored);
}

/** Keeps uploads going whatever page is looked at, and shows them. */
export function UploadsProvider({ queue, children }: { queue: UploadQueue; children: ReactNode }) {
  const items = useSyncExternalStore(queue.subscribe, queue.list);
  const busy = items.some(({ state }) => state !== 'done' && state !== 'failed');
  useEffect(() => {
    if (!busy) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [busy]);
  return (
    <UploadsContext value={queue}>
      {children}
      {items.length > 0 && (
        <Suspense>
          <Tray queue={queue} items={items} />
        </Suspense>
      )}
    </UploadsContext>
  );
}

export function useUploads(): UploadQueue {
  const queue = useContext(UploadsContext);
  if (queue === undefined) throw new Error('useUploads needs an UploadsProvider above it');
  return queue;
}

/** Looks again at a folder and those above it, in which folders may have come. */
export function lookAgain(queries: QueryClient, folder: TreePath): void {
  for (const path of trailOf(folder)) {
    void queries.invalidateQueries({ queryKey: folderKey(path), exact: true });
  }
}
