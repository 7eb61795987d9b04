import type { Random } from '../core/runtime.ts';

const FIRST_MS = 10_000;
const MOST_MS = 30 * 60_000;

/** How long to wait after the nth failure in a row, from 1: twice as long each time, up to half an hour, less a random third. */
export function backoffMs(failures: number, random: Pick<Random, 'fraction'>): number {
  const whole = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20));
  return Math.round(whole * (1 - random.fraction() / 3));
}
