import type { Link } from '../core/link.ts';

/** How links are kept. */
export interface LinkTimes {
  /** For links that don't say when they expire, in ms. */
  readonly ttlMs: number;
  /** How long before its end a link is used no more, in ms; at most a tenth of its life. */
  readonly marginMs: number;
}

/** When a kept link is to be replaced, in ms since the epoch. */
export interface LinkLife {
  /** From then on whoever asks for it still gets it at once, and has a fresh one fetched meanwhile. */
  readonly renewAt: number;
  /** From then on it is used no more. */
  readonly endsAt: number;
}

/** Long enough for whoever plays on one connection, and asks for the link once a minute, to meet it. */
const AHEAD_MS = 30 * 60_000;
/** The part of a short life that may be spent on renewing ahead. */
const AHEAD_SHARE = 1 / 5;

/** @param now when the link was given, in ms since the epoch */
export function lifeOf({ expiresAt }: Link, now: number, { ttlMs, marginMs }: LinkTimes): LinkLife {
  const life = expiresAt === undefined ? ttlMs : expiresAt - now;
  const margin = expiresAt === undefined ? 0 : Math.min(marginMs, life / 10);
  const endsAt = now + life - margin;
  return { endsAt, renewAt: endsAt - Math.min(AHEAD_MS, life * AHEAD_SHARE) };
}
