import type { Reading } from './gauge.ts';

/** How a number of connections was found to do: `client` is where the reader turned out to be the slower one, so that nothing was learned. */
export type TrialOutcome = 'helped' | 'no_help' | 'refused' | 'client';

/** How many connections a body uses, and what that is compared with. */
export interface Ramp {
  readonly connections: number;
  /** What fewer connections brought; absent while one is measured. */
  readonly before?: { readonly connections: number; readonly bytesPerSecond: number };
  /** Nothing more is tried. */
  readonly over: boolean;
}

export interface Verdict {
  readonly ramp: Ramp;
  /** Set when a trial has ended. */
  readonly outcome?: TrialOutcome;
}

export const ONE_CONNECTION: Ramp = { connections: 1, over: false };

/** A window is long enough to see past the first burst of a connection. */
const WINDOW_MS = 2_000;
/** The same where the number of connections is known from before. */
const KNOWN_WINDOW_MS = 500;
/** Above this a single connection is no pain: 192 Mbit/s plays any film. */
const FAST_BYTES_PER_SECOND = 24 * 2 ** 20;
/** A reader that pauses more than this is what limits the rate. */
const PAUSED_SHARE = 0.25;
/** What twice the connections must bring at least: less is noise, and each connection costs the cloud and us. */
const GAIN = 1.25;

/**
 * Decides by what was measured how many connections to use from now on. Undefined while the window is too short to tell.
 *
 * One connection is measured first. Then the number is doubled for as long as that brings a quarter more each time; the first time
 * it does not, the number before it stays for good.
 *
 * @param most connections at most
 * @param known what helped with the same account lately: taken at once, without trials
 */
export function judge(ramp: Ramp, reading: Reading, most: number, known?: number): Verdict | undefined {
  if (ramp.over) return undefined;
  const { before, connections } = ramp;
  const jump = before === undefined && known !== undefined && known > 1;
  if (reading.elapsedMs < (jump ? KNOWN_WINDOW_MS : WINDOW_MS)) return undefined;
  const clientIsSlow = reading.pausedShare > PAUSED_SHARE;
  if (before === undefined) {
    if (clientIsSlow || reading.bytesPerSecond >= FAST_BYTES_PER_SECOND) return { ramp };
    if (jump) return { ramp: { connections: Math.min(known, most), over: true } };
    return { ramp: { ...widened(reading, connections, most), over: false } };
  }
  if (clientIsSlow) return { ramp: { ...ramp, over: true }, outcome: 'client' };
  if (reading.bytesPerSecond < before.bytesPerSecond * GAIN) {
    return { ramp: { connections: before.connections, over: true }, outcome: 'no_help' };
  }
  const next = connections < most ? widened(reading, connections, most) : { connections };
  return { ramp: { ...next, over: connections >= most }, outcome: 'helped' };
}

/** After the cloud has refused a connection more: the number from before is what it bears. */
export function refused({ before }: Ramp): Ramp {
  return { connections: before?.connections ?? 1, over: true };
}

function widened({ bytesPerSecond }: Reading, connections: number, most: number): Omit<Ramp, 'over'> {
  return { connections: Math.min(connections * 2, most), before: { connections, bytesPerSecond } };
}
