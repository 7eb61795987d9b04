import { startBare } from '../bare.ts';
import { OURS } from '../contender.ts';
import { hasWrk, LOAD_SECONDS, redirectsPerSecond } from '../load.ts';
import { atMost, compared, type Row } from '../row.ts';
import type { Bench } from '../setup.ts';
import { interleaved, median } from '../stats.ts';

const FILE = '/demo/Movies/Sample (2026)/sample.mp4';
const BARE = 'bare handler';
const ROUNDS = 3;
const SETTLE_MS = 500;

/** Redirects from `/d` with the link in hand: how many in a second beside a handler that does nothing else, and that they cost no call. */
export async function redirects(bench: Bench): Promise<Row[]> {
  const bare = await startBare('bare-redirect.ts', BARE);
  try {
    const served = await Promise.all(
      bench.contenders.flatMap(({ name, process, redirect }) =>
        redirect === undefined ? [] : [redirect(FILE).then((target) => ({ name, process, target }))],
      ),
    );
    for (const { target } of served) await fetch(target.url, { redirect: 'manual' }); // the link is at hand then
    await Bun.sleep(SETTLE_MS); // what a first request starts in the background
    let made = 0;
    const work = new Map([...served, bare].map(({ name }) => [name, [] as number[]] as const));
    const rates = await interleaved([...served, bare], ROUNDS, async ({ name, process, target }) => {
      const cpu = process?.cpuSeconds() ?? Number.NaN;
      const before = await calls(bench);
      const rate = await redirectsPerSecond(target);
      const spent = (process?.cpuSeconds() ?? Number.NaN) - cpu;
      work.get(name)?.push((spent / (rate * LOAD_SECONDS)) * 10_000);
      if (name === OURS) made += (await calls(bench)) - before;
      return rate;
    });
    const spent = [...work].map(([name, taken]) => [name, median(taken)] as const);
    const load = hasWrk ? 'wrk' : 'our own client';
    const beside = { yardsticks: [BARE] };
    return [
      compared(
        { ...beside, name: `redirects per second, cached link (${load})`, unit: '/s', better: 'more' },
        rates,
      ),
      compared(
        { ...beside, name: 'CPU per 10 000 redirects, cached link', unit: 's', better: 'less' },
        new Map(spent.filter(([, value]) => !Number.isNaN(value))),
      ),
      atMost('upstream calls for redirects with a cached link', made, 'calls', 0),
    ];
  } finally {
    await bare.process.stop();
  }
}

async function calls(bench: Bench): Promise<number> {
  return Object.values(await bench.upstream()).reduce((sum, count) => sum + count, 0);
}
