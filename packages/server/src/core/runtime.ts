/** Time as code sees it, so that tests own it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with an AbortError as soon as the signal aborts, and clears its timer. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Unpredictable bytes. */
export interface Random {
  bytes(length: number): Uint8Array;
  /** A number in [0, 1), for jitter. */
  fraction(): number;
}

/** Structured log. Values under secret-sounding keys are redacted by the implementation; URLs must be logged without query. */
export interface Log {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}
