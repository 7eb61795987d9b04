import { childPath, parentOf, type TreePath } from '../tree/tree-path.ts';

/** Uploads that run at once; the others wait. */
const AT_ONCE = 3;

/** `storing`: all bytes are at the gateway, which hands them on. `taken`: something has the name, and the person is asked. */
export type UploadState = 'waiting' | 'sending' | 'storing' | 'done' | 'failed' | 'taken';

/** One file on its way, as it is shown. Immutable: a change is a new object. */
export interface UploadItem {
  readonly id: number;
  readonly path: TreePath;
  /** Bytes. */
  readonly size: number;
  readonly sent: number;
  readonly state: UploadState;
  /** Why it failed, in the gateway's words. */
  readonly reason?: string;
}

/** How an upload went that didn't go well. */
export interface UploadFailure {
  readonly taken: boolean;
  readonly reason: string;
}

/** What a running upload tells. */
export interface UploadEvents {
  readonly onProgress: (sent: number) => void;
  readonly onDone: () => void;
  readonly onFailure: (failure: UploadFailure) => void;
}

/** Sends one file. Gives what stops it, and takes back what has been sent. */
export type SendFile = (
  upload: { readonly file: File; readonly path: TreePath; readonly overwrite: boolean },
  events: UploadEvents,
) => () => void;

interface Job {
  readonly file: File;
  overwrite: boolean;
  stop: (() => void) | undefined;
}

/** The uploads of this page, whatever folder is looked at. */
export interface UploadQueue {
  readonly list: () => readonly UploadItem[];
  readonly subscribe: (listener: () => void) => () => void;
  readonly add: (folder: TreePath, files: readonly PickedFile[]) => void;
  /** Stops an upload, and takes it off the list. */
  readonly cancel: (id: number) => void;
  /** Starts one that failed anew; it goes on where it was. */
  readonly retry: (id: number) => void;
  /** Answers for one, or for all, whose name is taken. */
  readonly replace: (id?: number) => void;
  readonly skip: (id?: number) => void;
  /** Takes what is done off the list. */
  readonly clear: () => void;
}

/** A file that somebody chose, with where it lies in the folder that they chose: `a/b.txt`. */
export interface PickedFile {
  readonly file: File;
  readonly place: string;
}

/** @param onStored told of the folder that a file has come into */
export function createUploadQueue(send: SendFile, onStored: (folder: TreePath) => void): UploadQueue {
  const jobs = new Map<number, Job>();
  const listeners = new Set<() => void>();
  let items: readonly UploadItem[] = [];
  let made = 0;

  const show = (next: readonly UploadItem[]): void => {
    items = next;
    for (const listener of listeners) listener();
  };
  const find = (id: number): UploadItem | undefined => items.find((item) => item.id === id);
  const change = (id: number, changes: Partial<UploadItem>): void =>
    show(items.map((item) => (item.id === id ? { ...item, ...changes } : item)));
  const remove = (id: number): void => {
    jobs.get(id)?.stop?.();
    jobs.delete(id);
    show(items.filter((item) => item.id !== id));
  };
  const next = (): void => {
    const running = items.filter(({ state }) => state === 'sending' || state === 'storing').length;
    const waiting = items.filter(({ state }) => state === 'waiting').slice(0, Math.max(0, AT_ONCE - running));
    for (const { id } of waiting) begin(id);
  };
  const begin = (id: number): void => {
    const [item, job] = [find(id), jobs.get(id)];
    if (item === undefined || job === undefined) return;
    change(id, { state: 'sending' });
    const { file, overwrite } = job;
    job.stop = send(
      { file, path: item.path, overwrite },
      {
        onProgress: (sent) => change(id, { sent, state: sent >= item.size ? 'storing' : 'sending' }),
        onDone: () => {
          jobs.delete(id);
          change(id, { sent: item.size, state: 'done' });
          onStored(parentOf(item.path));
          next();
        },
        onFailure: ({ taken, reason }) => {
          job.stop = undefined;
          change(id, { state: taken ? 'taken' : 'failed', sent: 0, reason });
          next();
        },
      },
    );
  };
  const again = (ids: readonly number[], overwrite?: boolean): void => {
    for (const id of ids) {
      const job = jobs.get(id);
      if (job !== undefined && overwrite !== undefined) job.overwrite = overwrite;
      change(id, { state: 'waiting', sent: 0 });
    }
    next();
  };
  const taken = (id?: number): number[] =>
    items
      .filter((item) => item.state === 'taken' && (id === undefined || item.id === id))
      .map((item) => item.id);

  return {
    list: () => items,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    add: (folder, files) => {
      const added = files.map(({ file, place }): UploadItem => {
        made += 1;
        jobs.set(made, { file, overwrite: false, stop: undefined });
        const path = place.split('/').reduce(childPath, folder);
        return { id: made, path, size: file.size, sent: 0, state: 'waiting' };
      });
      show([...items, ...added]);
      next();
    },
    cancel: (id) => {
      remove(id);
      next();
    },
    retry: (id) => again([id]),
    replace: (id) => again(taken(id), true),
    skip: (id) => {
      for (const one of taken(id)) remove(one);
    },
    clear: () => show(items.filter(({ state }) => state !== 'done')),
  };
}
