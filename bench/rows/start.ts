import { atMost, type Row } from '../row.ts';
import type { Bench } from '../setup.ts';

const SETTLE_MS = 3000;

/** What the gateway costs before anyone uses it. */
export async function start(bench: Bench): Promise<Row[]> {
  await Bun.sleep(SETTLE_MS);
  return [
    atMost('start: process to first answer', bench.startMs, 'ms'),
    atMost('idle memory', bench.gateway.residentMb(), 'MB', 90),
  ];
}
