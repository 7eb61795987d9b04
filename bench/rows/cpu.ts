import { BARE_PIPE, LARGE_FILE, startBarePipe } from '../bare.ts';
import { drain, open } from '../client.ts';
import { OURS, type Target } from '../contender.ts';
import type { Watched } from '../process.ts';
import { atMost, compared, type Row } from '../row.ts';
import type { Bench } from '../setup.ts';
import { interleaved } from '../stats.ts';

const GIB = 2 ** 30;
const ROUNDS = 3;

/** What a proxied GiB costs, beside a bare pipe on the same runtime and the peers. */
export async function cpu(bench: Bench): Promise<Row[]> {
  const bare = await startBarePipe(bench);
  try {
    const served = await Promise.all(
      bench.contenders.map(async ({ name, process, download }) => ({
        name,
        process,
        target: await download(LARGE_FILE),
      })),
    );
    const all = [...served, bare];
    for (const { target } of all) await drain(await open(target, 'bytes=0-67108863')); // warms up
    const costs = await interleaved(all, ROUNDS, costOfGib);
    const ratio = (costs.get(OURS) ?? Number.NaN) / (costs.get(BARE_PIPE) ?? Number.NaN);
    return [
      compared(
        { name: 'CPU per GiB proxied, HTTPS upstream', unit: 's', better: 'less', yardsticks: [BARE_PIPE] },
        costs,
      ),
      atMost('CPU per GiB proxied, as a multiple of the bare pipe', ratio, '×', 1.15),
    ];
  } finally {
    await bare.process.stop();
  }
}

/** CPU seconds of a server for one GiB; NaN where it can't be watched. @throws when other than a GiB comes */
export async function costOfGib({
  process,
  target,
}: {
  readonly process: Watched | undefined;
  readonly target: Target;
}): Promise<number> {
  const before = process?.cpuSeconds() ?? Number.NaN;
  const bytes = await drain(await open(target, `bytes=0-${GIB - 1}`));
  if (bytes !== GIB) throw new Error(`expected ${GIB} bytes, got ${bytes}`);
  return (process?.cpuSeconds() ?? Number.NaN) - before;
}
