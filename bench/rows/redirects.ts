import { startBare } from '../bare.ts';
import { OURS } from '../contender.ts';
import { hasWrk, LOAD_SECONDS, redirectsPerSecond } from '../load.ts';
import { atMost, compared, type Row } from '../row.ts';
import type { Bench } from '../setup.ts';
import { interleaved } from '../stats.ts';

const FILE = '/demo/Movies/Sample (2026)/sample.mp4';
const BARE = 'bare handler';
const ROUNDS = 3;
const SETTLE_MS = 500;

/** Redirects from `/d` with the link in hand: how many in a second beside a handler that does nothing else, and that they cost no call. */
export async function redirects(bench: Bench): Promise<Row[]> {
  const bare = await startBare('bare-redirect.ts', BARE);
  try {
    const served = await Promise.all(
      bench.contenders.flatMap(({ name, redirect }) =>
        redirect === undefined ? [] : [redirect(FILE).then((target) => ({ name, target }))],
      ),
    );
    for (const { target } of served) await fetch(target.url, { redirect: 'manual' }); // the link is at hand then
    await Bun.sleep(SETTLE_MS); // what a first request starts in the background
    const before = await calls(bench);
    const cpuBefore = bench.gateway.cpuSeconds();
    const ours = served.find(({ name }) => name === OURS);
    const rate = ours === undefined ? Number.NaN : await redirectsPerSecond(ours.target);
    const [spent, made] = [bench.gateway.cpuSeconds() - cpuBefore, (await calls(bench)) - before];
    const rates = await interleaved([...served, bare], ROUNDS, ({ target }) => redirectsPerSecond(target));
    const load = hasWrk ? 'wrk' : 'our own client';
    return [
      compared(
        {
          name: `redirects per second, cached link (${load})`,
          unit: '/s',
          better: 'more',
          yardsticks: [BARE],
        },
        rates,
      ),
      atMost('CPU per 10 000 redirects, cached link', (spent / (rate * LOAD_SECONDS)) * 10_000, 's'),
      atMost('upstream calls for redirects with a cached link', made, 'calls', 0),
    ];
  } finally {
    await bare.process.stop();
  }
}

async function calls(bench: Bench): Promise<number> {
  return Object.values(await bench.upstream()).reduce((sum, count) => sum + count, 0);
}
