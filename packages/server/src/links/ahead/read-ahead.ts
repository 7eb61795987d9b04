import type { Clock } from '../../core/runtime.ts';
import type { ByteRange } from '../../http/range.ts';
import type { OpenFile } from '../../vfs/view.ts';
import type { Leg, StreamJob } from '../client-stream.ts';
import { AheadBody } from './ahead-body.ts';
import { Learned } from './learned.ts';
import type { TrialOutcome } from './ramp.ts';

/** Connections for one stream, at most: PikPak's CDN allows eight for a file (protocol reference §3.5). */
export const MOST_CONNECTIONS = 8;
/** Shorter ranges are over before anything is measured. */
const LEAST_RANGE_BYTES = 16 * 2 ** 20;

/** What reading ahead has done, for `/metrics`. */
export interface AheadTotals {
  /** Streams that use more than one connection now. */
  open: number;
  /** Trials that have ended, by how. */
  readonly trials: Record<TrialOutcome, number>;
}

/** How read-ahead opens connections. */
export interface AheadOpeners {
  /** Opens `job.range` when the cloud has a place for one more at this moment. */
  openBeside(job: StreamJob): Promise<Leg> | undefined;
  /** Opens it, waiting for a place. */
  open(job: StreamJob): Promise<Leg>;
  /** Whether memory or connections are short, so that each stream has to do with one. */
  isShort(file: OpenFile): boolean;
}

/** Reads over several connections where one is slow. */
export interface ReadAhead {
  readonly totals: AheadTotals;
  /** The same bytes as `leg`, over more connections where that is allowed and may help. */
  over(job: StreamJob, leg: Leg): Leg;
}

/** @param most connections for one stream, asked at each: it is a setting. Below 2 nothing is read ahead. */
export function createReadAhead(clock: Clock, most: () => number, openers: AheadOpeners): ReadAhead {
  const totals: AheadTotals = { open: 0, trials: { helped: 0, no_help: 0, refused: 0, client: 0 } };
  const learned = new Learned(clock);
  let held = 0;

  const beside = (job: StreamJob): Promise<Leg> | undefined => {
    // All streams together hold what two of them could.
    if (held >= 2 * limit(most())) return undefined;
    const opening = openers.openBeside(job);
    if (opening !== undefined) held += 1;
    return opening;
  };

  return {
    totals,
    over(job, leg) {
      const connections = limit(most());
      const account = accountOf(job.file);
      const known = learned.of(account);
      if (connections < 2 || known === 1 || !isWorthIt(job, leg) || openers.isShort(job.file)) return leg;
      const at = (range: ByteRange, signal: AbortSignal): StreamJob => ({
        ...job,
        range,
        ctx: { ...job.ctx, signal: AbortSignal.any([job.ctx.signal, signal]) },
      });
      const body = new AheadBody(job.range, leg, {
        clock,
        most: connections,
        known,
        openBeside: (range, signal) => beside(at(range, signal)),
        open: (range, signal) => openers.open(at(range, signal)),
        gone: () => void (held -= 1),
        mayWiden: () => !openers.isShort(job.file),
        learned(outcome, count) {
          totals.trials[outcome] += 1;
          if (outcome !== 'client') learned.note(account, count);
        },
        wide: (isWide) => void (totals.open += isWide ? 1 : -1),
      });
      return { body, end: leg.end };
    },
  };
}

function limit(most: number): number {
  return Number.isFinite(most) ? Math.min(MOST_CONNECTIONS, Math.max(0, Math.floor(most))) : 0;
}

/** Storages without limits of connections have no account that could be told: their way out stands for them. */
function accountOf(file: OpenFile): object {
  return file.connections?.account ?? file.transport;
}

function isWorthIt({ file, range }: StreamJob, { end }: Leg): boolean {
  return file.source === 'link' && end === range.end && range.end - range.start >= LEAST_RANGE_BYTES;
}
