import { LARGE_FILE } from '../bare.ts';
import { drain, open } from '../client.ts';
import { compared, type Row } from '../row.ts';
import type { Bench } from '../setup.ts';
import { interleaved } from '../stats.ts';

const REQUESTS = 1000;
const STEP = 65_536;

/** A player that seeks a thousand times: how often the cloud is asked where the file is. */
export async function ranges(bench: Bench): Promise<Row[]> {
  const calls = await interleaved(bench.contenders, 1, async ({ download }) => {
    const before = await linkCalls(bench);
    const target = await download(LARGE_FILE);
    for (let index = 0; index < REQUESTS; index += 1) {
      const start = index * STEP;
      await drain(await open(target, `bytes=${start}-${start + 1023}`));
    }
    return (await linkCalls(bench)) - before;
  });
  const name = 'upstream calls for 1 000 range requests on one file';
  return [compared({ name, unit: 'calls', better: 'less', budget: 1 }, calls)];
}

async function linkCalls(bench: Bench): Promise<number> {
  return (await bench.upstream())['GET /drive/v1/files/{id}'] ?? 0;
}
