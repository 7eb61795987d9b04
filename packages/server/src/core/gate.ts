import { abortError, throwIfAborted } from './abort.ts';

export interface GateOptions {
  /** Jobs that run at one time. */
  readonly atOnce: number;
  /** Jobs that may wait for their turn; without limit when absent. */
  readonly maxWaiting?: number;
}

/** Too many wait already. */
export class GateFullError extends Error {
  override readonly name = 'GateFullError';
}

/** Runs a job when there is room, first come, first served. */
export type Gate = <T>(job: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/**
 * Bounds how much happens at one time.
 *
 * The gate rejects with GateFullError when too many wait, and with an AbortError when the signal fires before a job's turn came; a job that
 * runs listens to its signal itself.
 */
export function createGate({ atOnce, maxWaiting = Number.POSITIVE_INFINITY }: GateOptions): Gate {
  let running = 0;
  const waiting = new Set<() => void>();

  const enter = async (signal: AbortSignal | undefined): Promise<void> => {
    if (signal !== undefined) throwIfAborted(signal);
    if (running < atOnce) {
      running++;
      return;
    }
    if (waiting.size >= maxWaiting) throw new GateFullError('too many wait already');
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        waiting.delete(go);
        reject(abortError(signal?.reason));
      };
      waiting.add(go);
      signal?.addEventListener('abort', leave, { once: true });
    });
  };

  /** Hands the place over to whoever waits longest. */
  const leave = (): void => {
    const [next] = waiting;
    if (next === undefined) running--;
    else {
      waiting.delete(next);
      next();
    }
  };

  return async (job, signal) => {
    await enter(signal);
    try {
      return await job();
    } finally {
      leave();
    }
  };
}
