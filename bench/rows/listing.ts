import type { Contender } from '../contender.ts';
import { OURS } from '../contender.ts';
import { atMost, compared, type Row } from '../row.ts';
import type { Bench } from '../setup.ts';
import { percentile } from '../stats.ts';

const FOLDER = '/demo/Big/ten-thousand';
const WARM_RUNS = 100;

/** The 10 000-entry folder: first page and whole, cold; then whole, warm. */
export async function listing(bench: Bench): Promise<Row[]> {
  await bench.api('/api/fs/list', { path: '/demo/Big', per_page: 1 }); // signs in and finds the folder
  const first = await counted(bench, () =>
    bench.api('/api/fs/list', { path: FOLDER, page: 1, per_page: 100 }, false),
  );
  const whole = new Map<string, { ms: number; calls: number }>();
  const warm = new Map<string, number[]>();
  for (const contender of bench.contenders) {
    whole.set(contender.name, await counted(bench, () => contender.list(FOLDER)));
    warm.set(contender.name, []);
  }
  for (let run = 0; run < WARM_RUNS; run += 1) {
    for (const contender of bench.contenders) warm.get(contender.name)?.push(await timed(contender));
  }
  const rest = whole.get(OURS) ?? { ms: Number.NaN, calls: Number.NaN };
  whole.set(OURS, { ms: first.ms + rest.ms, calls: first.calls + rest.calls });
  const of = (pick: (taken: { ms: number; calls: number }) => number) =>
    new Map([...whole].map(([name, taken]) => [name, pick(taken)] as const));
  const share = (part: number) =>
    new Map([...warm].map(([name, taken]) => [name, percentile(taken, part)] as const));
  const less = { better: 'less' } as const;
  return [
    atMost('10k folder: upstream calls for the first page', first.calls, 'calls', 1.5),
    atMost('10k folder: time of the first page, cold', first.ms, 'ms'),
    compared(
      { ...less, name: '10k folder: upstream calls for all of it, cold', unit: 'calls', budget: 20 },
      of(({ calls }) => calls),
    ),
    compared(
      { ...less, name: '10k folder: time of all of it, cold', unit: 'ms' },
      of(({ ms }) => ms),
    ),
    compared({ ...less, name: '10k folder: warm fs/list, median', unit: 'ms' }, share(0.5)),
    compared({ ...less, name: '10k folder: warm fs/list, p99', unit: 'ms', budget: 20 }, share(0.99)),
  ];
}

async function timed(contender: Contender): Promise<number> {
  const began = performance.now();
  await contender.list(FOLDER);
  return performance.now() - began;
}

async function counted(bench: Bench, act: () => Promise<unknown>): Promise<{ ms: number; calls: number }> {
  const before = await listCalls(bench);
  const began = performance.now();
  await act();
  return { ms: performance.now() - began, calls: (await listCalls(bench)) - before };
}

async function listCalls(bench: Bench): Promise<number> {
  return (await bench.upstream())['GET /drive/v1/files'] ?? 0;
}
