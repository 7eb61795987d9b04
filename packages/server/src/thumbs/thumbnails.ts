import { LRUCache } from 'lru-cache';
import { waitOrAbort } from '../core/abort.ts';
import type { Ctx } from '../core/driver.ts';
import type { Picture } from '../core/entry.ts';
import { StorageError } from '../core/errors.ts';
import { createGate, GateFullError } from '../core/gate.ts';
import type { Clock, Log } from '../core/runtime.ts';
import type { OpenFile } from '../vfs/view.ts';
import type { PictureStore } from './picture-store.ts';

/** Small pictures of files whose storages make them on demand. */
export interface Thumbnails {
  /**
   * The picture of a file, from disk or made now. Each is made once for all who wait, few at a time.
   * @throws StorageError `unsupported` where none can be made; `unavailable` (later) when too many wait.
   */
  of(file: OpenFile, ctx: Ctx): Promise<Picture>;
}

export interface ThumbnailOptions {
  readonly store: PictureStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Pictures that are made at one time, and those that may wait for it. */
  readonly atOnce?: number;
  readonly maxWaiting?: number;
}

/** A file that no picture can be made of is not tried again for so long. */
const FAILURE_MS = 10 * 60_000;
const MAX_FAILURES = 2_000;
/** The longest that one may take. */
const LIMIT_MS = 30_000;

interface Flight {
  readonly picture: Promise<Picture>;
  waiters: number;
}

export function createThumbnails(options: ThumbnailOptions): Thumbnails {
  const { store, clock, log, atOnce = 1, maxWaiting = 1_000 } = options;
  const gate = createGate({ atOnce, maxWaiting });
  const flights = new Map<string, Flight>();
  const failures = new LRUCache<string, { readonly error: StorageError; readonly until: number }>({
    max: MAX_FAILURES,
  });

  const make = async (file: OpenFile, key: string, isWanted: () => boolean): Promise<Picture> => {
    const kept = await store.get(key).catch(() => undefined);
    if (kept !== undefined) return kept;
    const picture = await gate(() => {
      if (!isWanted())
        throw new StorageError('unavailable', 'nobody waits for this picture', { retry: 'later' });
      return draw(file);
    });
    await store.put(key, picture).catch((error: unknown) => {
      log.warn({ error }, 'a picture could not be kept');
    });
    return picture;
  };

  const begin = (file: OpenFile, key: string): Flight => {
    const flight: { waiters: number } = { waiters: 0 };
    const picture = make(file, key, () => flight.waiters > 0)
      .catch((error: unknown) => {
        if (error instanceof GateFullError) throw tooMany();
        if (error instanceof StorageError && error.retry === 'never') {
          failures.set(key, { error, until: clock.now() + FAILURE_MS });
        }
        throw error;
      })
      .finally(() => flights.delete(key));
    picture.catch(() => {}); // told to those who wait, who may all have left
    const begun = Object.assign(flight, { picture });
    flights.set(key, begun);
    return begun;
  };

  return {
    async of(file, ctx) {
      const key = keyOf(file);
      const failed = failures.get(key);
      if (failed !== undefined && clock.now() < failed.until) throw failed.error;
      const flight = flights.get(key) ?? begin(file, key);
      flight.waiters++;
      try {
        return await waitOrAbort(flight.picture, ctx.signal);
      } finally {
        flight.waiters--;
      }
    },
  };
}

/** It is drawn to its end, whoever leaves meanwhile: the work can't be taken back, and the next who asks has it. */
async function draw(file: OpenFile): Promise<Picture> {
  if (file.thumbnail === undefined) throw new StorageError('unsupported', 'this storage makes no pictures');
  return file.thumbnail({ signal: AbortSignal.timeout(LIMIT_MS), priority: 'background' });
}

function keyOf({ storage, node: { entry } }: OpenFile): string {
  return [storage.id, entry.id, entry.size, entry.modified ?? ''].join('\n');
}

function tooMany(): StorageError {
  return new StorageError('unavailable', 'too many pictures wait to be made', {
    retry: 'later',
    retryAfterMs: 5_000,
  });
}
