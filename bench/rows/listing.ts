import { atMost, type Measurement, percentile } from '../row.ts';
import type { Bench } from '../setup.ts';

const FOLDER = '/demo/Big/ten-thousand';
const WARM_RUNS = 100;

/** The 10 000-entry folder: first page and whole, cold; then whole, warm. */
export const listing: Measurement = async (bench) => {
  await bench.api('/api/fs/list', { path: '/demo/Big', per_page: 1 }); // signs in and finds the folder
  const first = await timed(bench, { path: FOLDER, page: 1, per_page: 100 });
  const rest = await timed(bench, { path: FOLDER, per_page: 0 });
  const warm: number[] = [];
  for (let run = 0; run < WARM_RUNS; run += 1)
    warm.push((await timed(bench, { path: FOLDER, per_page: 0 })).ms);
  return [
    atMost('10k folder: upstream calls for the first page', first.calls, 'calls', 1),
    atMost('10k folder: time of the first page, cold', first.ms, 'ms'),
    atMost('10k folder: upstream calls for all of it, cold', first.calls + rest.calls, 'calls', 20),
    atMost('10k folder: time of all of it, cold', first.ms + rest.ms, 'ms'),
    atMost('10k folder: warm fs/list, median', percentile(warm, 0.5), 'ms'),
    atMost('10k folder: warm fs/list, p99', percentile(warm, 0.99), 'ms', 20),
  ];
};

async function timed(bench: Bench, body: object): Promise<{ ms: number; calls: number }> {
  const before = await listCalls(bench);
  const ms = await bench.time('/api/fs/list', body);
  return { ms, calls: (await listCalls(bench)) - before };
}

async function listCalls(bench: Bench): Promise<number> {
  const requests = await bench.upstream();
  return requests['GET /drive/v1/files'] ?? 0;
}
