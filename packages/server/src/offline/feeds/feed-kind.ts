import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Ctx } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import type { HttpClient } from '../../core/http-client.ts';
import type { Clock } from '../../core/runtime.ts';
import type { Job, Outcome, TaskKind, TaskOwner } from '../../tasks/task.ts';
import { wordsOf } from '../../tasks/words.ts';
import type { OfflineWish } from '../offline-downloads.ts';
import { linkKey } from '../link-key.ts';
import { type FeedPayload, feedPayload } from './feed-payload.ts';
import { fetchFeed } from './fetch-feed.ts';
import { type FeedItem, parseFeed } from './parse-feed.ts';
import { picker } from './pick.ts';

/** AList has no word for it. */
export const FEED_KIND = 'feed';

const MAX_ATTEMPTS = 20;
/** More than a feed may hold, so that nothing that is still in it is ever forgotten. */
const MAX_SEEN = 2500;
/** Downloads begun at one look; the rest waits for the next. */
const MAX_NEW = 100;
const MINUTE_MS = 60_000;
const LONGEST_WAIT_MS = 24 * 3_600_000;

const checkpoint = z.object({
  /** Digests of what was seen, the newest last. */
  seen: z.array(z.string()),
  taken: z.number(),
  etag: z.string(),
  modified: z.string(),
});
type Checkpoint = z.output<typeof checkpoint>;

interface FeedTools {
  /** Must reach the public internet only. */
  readonly client: HttpClient;
  readonly clock: Clock;
  /** Begins a download with the rights that the owner has now. @throws StorageError `forbidden` for an owner who is gone or may not. */
  add(owner: TaskOwner, wish: OfflineWish, ctx: Ctx): Promise<void>;
}

/** The task that watches a feed, for as long as it is not removed: it looks, begins downloads of what is new, and waits. */
export function feedKind(tools: FeedTools): TaskKind<FeedPayload> {
  return {
    kind: FEED_KIND,
    payload: feedPayload,
    maxAttempts: MAX_ATTEMPTS,
    async run(job) {
      const next = tools.clock.now() + job.payload.every_minutes * MINUTE_MS;
      try {
        const { taken } = await look(job, tools);
        return { type: 'again', at: next, as: 'waiting', status: `${taken} downloads so far` };
      } catch (error) {
        return waitAsAsked(error, tools.clock);
      }
    },
  };
}

/** For a server that says how long to stay away. @throws any other error */
function waitAsAsked(error: unknown, clock: Clock): Outcome {
  if (!(error instanceof StorageError) || error.retryAfterMs === undefined || error.retry === 'never')
    throw error;
  const at = clock.now() + Math.min(error.retryAfterMs, LONGEST_WAIT_MS);
  return { type: 'again', at, as: 'retrying', status: wordsOf(error) };
}

async function look(job: Job<FeedPayload>, tools: FeedTools): Promise<Checkpoint> {
  const ctx: Ctx = { signal: job.signal, priority: 'background' };
  const found = checkpoint.safeParse(job.checkpoint);
  let state = found.success ? found.data : { seen: [], taken: 0, etag: '', modified: '' };
  const fetched = await fetchFeed(job.payload.url, state, { client: tools.client, ctx });
  if (fetched.type === 'unchanged') return state;
  const fresh = unseen(parseFeed(fetched.text), new Set(state.seen));
  const passedOver = picker(job.payload);
  const skipAll = !found.success && job.payload.from_now;
  const wanted = fresh.filter((item) => !skipAll && passedOver(item) === undefined);
  const later = new Set(wanted.slice(MAX_NEW));
  for (const item of wanted.slice(0, MAX_NEW)) {
    const began = await begin(job, item, { tools, ctx });
    // Written down behind each: a kill in between begins one download again, which the queue knows as the same.
    state = { ...state, seen: withKeys(state.seen, keysOf(item)), taken: state.taken + (began ? 1 : 0) };
    await job.save(state);
  }
  const done = fresh.filter((item) => !later.has(item));
  // With some left for the next look, the server must give the same once more.
  const marks = later.size > 0 ? { etag: '', modified: '' } : fetched.marks;
  state = { ...state, ...marks, seen: withKeys(state.seen, done.flatMap(keysOf)) };
  await job.save(state);
  return state;
}

/** Items that were not seen, the oldest first; feeds put the newest first. Two of one link are one. */
function unseen(items: readonly FeedItem[], seen: ReadonlySet<string>): readonly FeedItem[] {
  const fresh = new Map<string, FeedItem>();
  for (const item of items.toReversed()) {
    if (!keysOf(item).some((key) => seen.has(key))) fresh.set(keyOfLink(item.link), item);
  }
  return [...fresh.values()];
}

/** Digests of what the feed calls it and of where it leads: either is enough to know it again. */
function keysOf({ id, link }: FeedItem): readonly string[] {
  return [digest(`id ${id}`), digest(`link ${keyOfLink(link)}`)];
}

function keyOfLink(link: string): string {
  try {
    return linkKey(link);
  } catch (error) {
    if (error instanceof StorageError) return link; // it is refused when its turn comes
    throw error;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

function withKeys(seen: readonly string[], keys: readonly string[]): string[] {
  const known = new Set(seen);
  return [...seen, ...keys.filter((key) => !known.has(key))].slice(-MAX_SEEN);
}

/** @returns false for a link that can't be downloaded, which is told in the log. @throws StorageError for what stands in the way of all of them */
async function begin(
  job: Job<FeedPayload>,
  { title, link }: FeedItem,
  { tools, ctx }: { readonly tools: Pick<FeedTools, 'add'>; readonly ctx: Ctx },
): Promise<boolean> {
  const { path, tool, after } = job.payload;
  try {
    await tools.add(job.owner, { path, tool, urls: [link], ...(after === undefined ? {} : { after }) }, ctx);
    job.log(`Began ${title}`);
    return true;
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== 'invalid_argument') throw error;
    job.log(`Passed over ${title}: ${error.message}`);
    return false;
  }
}
