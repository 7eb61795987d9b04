import type { CloudJob } from '../../core/cloud-job.ts';
import type { Driver } from '../../core/driver.ts';
import type { EntryId } from '../../core/entry.ts';
import type { StorageError } from '../../core/errors.ts';
import type { Clock } from '../../core/runtime.ts';
import { createMemoryDriver, type MemoryTree } from '../../drivers/memory/index.ts';

/** A cloud in memory that fetches links as a test says. */
export interface FakeCloud {
  readonly driver: Driver;
  /** Every job it was asked to begin, also those deleted since. */
  readonly begun: string[];
  jobs: CloudJob[];
  /** Thrown by the next `offline`. */
  refuse: StorageError | undefined;
  /** What a feed anywhere on the web holds. */
  feed: string;
  /** Bodies that webhooks were told, by address. It outlives gateways, as what listens does. */
  readonly told: { readonly url: string; readonly body: object }[];
  /** What comes of telling a webhook: why it failed, or nothing. */
  webhook(url: string, body: object): string | undefined;
  /** Ends a job, or moves it on. */
  set(id: string, changes: Partial<CloudJob>): void;
  /** Puts a file into the folder of a job, as its result. Gives its id. */
  bring(id: string, name: string, content?: string): Promise<EntryId>;
}

const ctx = { signal: new AbortController().signal, priority: 'browse' } as const;

export function fakeCloud(clock: Clock, content: MemoryTree = { Inbox: {} }): FakeCloud {
  const memory = createMemoryDriver(content, { now: () => clock.now() });
  const cloud: FakeCloud = {
    begun: [],
    jobs: [],
    refuse: undefined,
    feed: '<rss/>',
    told: [],
    webhook(url, body) {
      cloud.told.push({ url, body });
      return url.includes('broken') ? 'its server answers with status 500' : undefined;
    },
    driver: {
      ...bound(memory),
      kind: 'Cloud',
      async offline({ dir, url, name }) {
        const { refuse } = cloud;
        cloud.refuse = undefined;
        if (refuse !== undefined) throw refuse;
        const id = `job${cloud.begun.length}`;
        cloud.begun.push(url);
        const job: CloudJob = { id, url, folder: dir, name: name ?? 'found', phase: 'queued', percent: 0 };
        cloud.jobs = [job, ...cloud.jobs];
        return job;
      },
      jobs: async () => cloud.jobs,
      async retryJob({ job }) {
        const { error: _, ...old } =
          cloud.jobs.find(({ id }) => id === job) ?? cloud.set(job, {}) ?? missing();
        cloud.jobs = cloud.jobs.map((one) =>
          one.id === job ? { ...old, phase: 'running', percent: 0 } : one,
        );
      },
      async removeJob({ job }) {
        cloud.jobs = cloud.jobs.filter(({ id }) => id !== job);
      },
    },
    set(id, changes) {
      cloud.jobs = cloud.jobs.map((job) => (job.id === id ? { ...job, ...changes } : job));
    },
    async bring(id, name, text = 'fetched') {
      const folder = cloud.jobs.find((job) => job.id === id)?.folder ?? memory.root;
      const bytes = new TextEncoder().encode(text);
      const source = {
        size: bytes.length,
        open: (start: number, end: number) => new Blob([bytes.slice(start, end)]).stream(),
        hash: () => Promise.reject(new Error('nobody asks')),
      };
      if (memory.upload === undefined) throw new Error('the memory driver takes uploads');
      return (await memory.upload({ dir: folder, name, source }, ctx)).id;
    },
  };
  return cloud;
}

function missing(): never {
  throw new Error('no such job');
}

/** The methods of a driver that may be a class, as a plain object. */
function bound(driver: Driver): Driver {
  const { list, stat, read, mkdir, rename, move, copy, remove, upload } = driver;
  return {
    kind: driver.kind,
    root: driver.root,
    traits: driver.traits,
    list: list.bind(driver),
    stat: stat.bind(driver),
    ...(read && { read: read.bind(driver) }),
    ...(mkdir && { mkdir: mkdir.bind(driver) }),
    ...(rename && { rename: rename.bind(driver) }),
    ...(move && { move: move.bind(driver) }),
    ...(copy && { copy: copy.bind(driver) }),
    ...(remove && { remove: remove.bind(driver) }),
    ...(upload && { upload: upload.bind(driver) }),
    close: () => driver.close(),
  };
}
