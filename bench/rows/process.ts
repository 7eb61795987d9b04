import { atMost, type Measurement } from '../row.ts';

const SETTLE_MS = 3000;

/** What the gateway costs before anyone uses it. */
export const idle: Measurement = async (bench) => {
  await Bun.sleep(SETTLE_MS);
  return [
    atMost('start: process to first answer', bench.startMs, 'ms'),
    atMost('idle memory', bench.gateway.residentMb(), 'MB', 90),
  ];
};
