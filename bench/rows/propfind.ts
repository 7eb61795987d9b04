import { OURS } from '../contender.ts';
import { atMost, compared, type Row } from '../row.ts';
import type { Bench } from '../setup.ts';
import { interleaved } from '../stats.ts';

const FOLDER = '/demo/Big/ten-thousand';
const ROUNDS = 15;
const AT_ONCE = 8;

/** WebDAV's listing of the 10 000-entry folder, warm: its time, and that many at once take no memory for the whole of each. */
export async function propfind(bench: Bench): Promise<Row[]> {
  const speakers = bench.contenders.flatMap(({ name, process, propfind: find }) =>
    find === undefined ? [] : [{ name, process, find: () => find(FOLDER) }],
  );
  for (const { find } of speakers) await find(); // from here on it is warm
  const times = await interleaved(speakers, ROUNDS, async ({ find }) => {
    const began = performance.now();
    await find();
    return performance.now() - began;
  });
  const growth = await interleaved(speakers, 1, async ({ process, find }) => {
    process?.resetPeak();
    const before = process?.residentMb() ?? Number.NaN;
    await Promise.all(Array.from({ length: AT_ONCE }, find));
    return (process?.peakMb() ?? Number.NaN) - before;
  });
  const name = 'PROPFIND depth 1 of 10 000 entries, warm';
  return [
    compared({ name: `${name}, median`, unit: 'ms', better: 'less' }, times),
    atMost(`${name}: memory that ${AT_ONCE} at once add`, growth.get(OURS) ?? Number.NaN, 'MB'),
  ];
}
