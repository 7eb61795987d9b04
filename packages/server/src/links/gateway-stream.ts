import type { ServerResponse } from 'node:http';
import { isAbort, StorageError, type StorageErrorCode } from '../core/errors.ts';
import type { Clock, Log } from '../core/runtime.ts';
import type { ByteRange } from '../http/range.ts';
import { type AheadTotals, createReadAhead } from './ahead/read-ahead.ts';
import { type Blocks, keeperOf, nextLeg } from './block-legs.ts';
import { ClientSink } from './client-sink.ts';
import {
  backoff,
  ClientStream,
  type Leg,
  type StreamJob,
  type StreamLimits,
  type StreamTools,
  type StreamTotals,
} from './client-stream.ts';
import { type ConnectionSlots, createConnectionSlots, type Release } from './connection-slots.ts';
import { createMemoryGuard, type ProcessMemory } from '../core/memory-guard.ts';
import type { Offload } from './offload.ts';
import { isCrowded, sliceBytes } from './slicing.ts';
import { type Bandwidth, createTolls } from './toll.ts';
import { openUpstream } from './upstream-body.ts';

export type { Leg, StreamJob } from './client-stream.ts';

export const DEFAULT_STREAM_LIMITS: StreamLimits = {
  tries: 3,
  patienceMs: 10_000,
  queueMs: 30_000,
  upstreamIdleMs: 30_000,
  clientIdleMs: 2 * 3_600_000,
};

/** The rest of a body of several parts. */
export interface MoreParts {
  readonly parts: readonly { readonly before: Uint8Array; readonly range: ByteRange }[];
  readonly after: Uint8Array;
}

/** Moves bytes from a storage to clients. */
export interface Gateway {
  readonly totals: Readonly<StreamTotals>;
  readonly readAhead: Readonly<AheadTotals>;
  /**
   * Opens the upstream, so that the head can be sent knowing that the body will be right.
   * @throws StorageError, as `openUpstream`; failures that may pass are tried again first.
   */
  open(job: StreamJob): Promise<Leg>;
  /** The same past what is held on disk. */
  openAtCloud(job: StreamJob): Promise<Leg>;
  /**
   * Sends what `first` begins, then ends the response. The head, with the true `Content-Length` of `job.range`, has been set.
   *
   * When the upstream dies or its link ends on the way, goes on from the last byte with a new one, unseen by the client. When that
   * fails `limits.tries` times in a row, the connection is cut: a body that ended short would look whole. Never rejects.
   *
   * @param more what follows the bytes of `job.range` in a body of several parts
   */
  send(res: ServerResponse, first: Leg, job: StreamJob, more?: MoreParts): Promise<void>;
  /** Where a web server in front may move the bytes instead. */
  readonly offload?: Offload;
}

interface Tools {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<StreamLimits>;
  /** Limits of bandwidth, asked as bytes pass. Default: none. */
  readonly bandwidth?: () => Bandwidth;
  /** Connections that one stream may read ahead by, asked at each: below 2, the default, it reads by one. */
  readonly readAheadConnections?: () => number;
  /** Holds on disk what has passed. Default: nothing does. */
  readonly blocks?: Blocks;
  /** Watched while many streams run, when given. */
  readonly memory?: ProcessMemory;
}

const WATCH_EVERY_MS = 5_000;
const UNLIMITED: Bandwidth = { total: 0, perClient: 0, perUser: 0 };

/** @param tools `limits` override the defaults one by one */
export function createGateway({
  clock,
  log,
  limits: overrides,
  bandwidth,
  memory,
  readAheadConnections,
  blocks,
}: Tools): Gateway {
  const limits = { ...DEFAULT_STREAM_LIMITS, ...overrides };
  const totals: StreamTotals = { open: 0, started: 0, resumed: 0, failed: 0, bytes: 0 };
  const slots = createConnectionSlots();
  const tolls = createTolls(clock, bandwidth ?? (() => UNLIMITED));
  const guard = memory === undefined ? undefined : createMemoryGuard(memory);
  const streams = new Set<ClientStream>();
  let watching = false;
  const opening: OpeningTools = { clock, limits, slots };
  const ahead = createReadAhead(clock, readAheadConnections ?? (() => 0), {
    openBeside: (job) => openBeside(job, slots),
    open: (job) => openWithRetries(job, opening),
    isShort: (file) => isCrowded(totals.open) || slots.isContended(file),
  });
  const tools: StreamTools = {
    clock,
    limits,
    totals,
    reopen: (job) =>
      nextLeg(job, blocks, async (part) => ahead.over(part, await openWithRetries(part, opening))),
    keeper: (job) => keeperOf(job, blocks),
    isContended: (file) => slots.isContended(file),
    passed({ ctx }, bytes) {
      if (isCrowded(totals.open)) guard?.passed(bytes);
      return tolls.spend(ctx.client ?? {}, bytes);
    },
  };

  /** One watch for all streams, for as long as there are any. */
  async function watch(): Promise<void> {
    if (watching) return;
    watching = true;
    const never = new AbortController();
    while (streams.size > 0) {
      await clock.sleep(WATCH_EVERY_MS, never.signal);
      for (const stream of streams) stream.look();
    }
    watching = false;
  }

  async function sendRun(sink: ClientSink, job: StreamJob, first: Leg): Promise<void> {
    const stream = new ClientStream(sink, job, tools);
    streams.add(stream);
    void watch();
    try {
      await stream.run(first);
    } finally {
      streams.delete(stream);
      stream.close();
    }
  }

  return {
    totals,
    readAhead: ahead.totals,
    openAtCloud: (job) => openWithRetries(job, opening),
    open: (job) => {
      const { start, end } = job.range;
      const short = isCrowded(totals.open) || slots.isContended(job.file);
      const first = short ? Math.min(end, start + sliceBytes(totals.open)) : end;
      return tools.reopen({ ...job, range: { start, end: first } });
    },
    async send(res, first, job, more) {
      const sink = new ClientSink(res);
      totals.open += 1;
      totals.started += 1;
      try {
        await sendRun(sink, job, first);
        for (const { before, range } of more?.parts ?? []) {
          await sink.writable();
          if (!sink.open) return;
          sink.write(before);
          const part = { ...job, range };
          await sendRun(sink, part, await tools.reopen(part));
        }
        if (more !== undefined && sink.open) sink.write(more.after);
        await sink.end();
      } catch (error) {
        sink.cut();
        if (!isAbort(error)) {
          totals.failed += 1;
          log.warn({ path: job.file.node.fullPath, reason: reasonOf(error) }, 'a download was cut short');
        }
      } finally {
        totals.open -= 1;
        sink.release();
      }
    },
  };
}

interface OpeningTools {
  readonly clock: Clock;
  readonly limits: StreamLimits;
  readonly slots: ConnectionSlots;
}

async function openWithRetries(job: StreamJob, tools: OpeningTools): Promise<Leg> {
  const { clock, limits } = tools;
  const began = clock.now();
  let waited = 0;
  for (let failures = 1; ; failures += 1) {
    try {
      return await openOnce(job, tools);
    } catch (error) {
      if (!mayPass(error)) throw error;
      const wait = Math.max(backoff(failures), error.retryAfterMs ?? 0);
      if (Math.max(waited, clock.now() - began) + wait > limits.patienceMs) throw error;
      await clock.sleep(wait, job.ctx.signal);
      waited += wait;
    }
  }
}

async function openOnce(job: StreamJob, tools: OpeningTools): Promise<Leg> {
  return openAt(await place(job, tools), job);
}

/** Undefined where there is no place at this moment. */
function openBeside(job: StreamJob, slots: ConnectionSlots): Promise<Leg> | undefined {
  const release = slots.tryTake(job.file);
  return release === undefined ? undefined : openAt(release, job);
}

/** The connection's place is free again when its body is closed. */
async function openAt(release: Release, job: StreamJob): Promise<Leg> {
  try {
    const leg = await openUpstream(job.file, job.range, job.ctx);
    if (leg.body.destroyed) release();
    else leg.body.once('close', release);
    return leg;
  } catch (error) {
    release();
    throw error;
  }
}

/** @throws StorageError `rate_limited` when no place becomes free for too long. */
async function place({ file, ctx }: StreamJob, { clock, limits, slots }: OpeningTools): Promise<Release> {
  const free = slots.tryTake(file);
  if (free !== undefined) return free;
  const given = new AbortController();
  const tooLong = new AbortController();
  clock.sleep(limits.queueMs, given.signal).then(
    () => tooLong.abort(busy()),
    () => {}, // a place was given, or nobody waits any more
  );
  try {
    return await slots.take(file, AbortSignal.any([ctx.signal, tooLong.signal]));
  } finally {
    given.abort();
  }
}

function busy(): StorageError {
  return new StorageError('rate_limited', 'all connections that the cloud allows are in use', {
    retry: 'later',
    retryAfterMs: 30_000,
    detail: { remedy: 'Wait until others have finished, or use another account for them.' },
  });
}

const PASSING: readonly StorageErrorCode[] = ['unavailable', 'timeout', 'rate_limited'];

/** Whether the same request may succeed in a moment. */
function mayPass(error: unknown): error is StorageError {
  return error instanceof StorageError && error.retry === 'later' && PASSING.includes(error.code);
}

function reasonOf(error: unknown): string {
  return error instanceof StorageError ? `${error.code}: ${error.message}` : String(error);
}
