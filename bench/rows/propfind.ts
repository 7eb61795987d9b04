import { encoded, OURS } from '../contender.ts';
import { atMost, compared, type Row } from '../row.ts';
import { type Bench, PASSWORD } from '../setup.ts';
import { interleaved } from '../stats.ts';

const FOLDER = '/demo/Big/ten-thousand';
const ROUNDS = 15;
const AT_ONCE = 8;

/** WebDAV's listing of the 10 000-entry folder: cold, its calls and when it begins; warm, its time, and that many at once take no memory for the whole of each. */
export async function propfind(bench: Bench): Promise<Row[]> {
  const cold = await coldPropfind(bench);
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
    atMost('PROPFIND depth 1 of 10 000 entries, cold: upstream calls', cold.calls, 'calls', 20),
    atMost('PROPFIND depth 1 of 10 000 entries, cold: until its first kilobyte', cold.firstMs, 'ms'),
    atMost('PROPFIND depth 1 of 10 000 entries, cold', cold.ms, 'ms'),
    compared({ name: `${name}, median`, unit: 'ms', better: 'less' }, times),
    atMost(`${name}: memory that ${AT_ONCE} at once add`, growth.get(OURS) ?? Number.NaN, 'MB'),
  ];
}

/** Nothing is remembered of a storage that was switched off and on. */
async function coldPropfind(bench: Bench): Promise<{ calls: number; firstMs: number; ms: number }> {
  const { content } = (await bench.api('/api/admin/storage/list')) as {
    content: { id: number; mount_path: string }[];
  };
  const id = content.find(({ mount_path }) => mount_path === '/demo')?.id;
  for (const what of ['disable', 'enable']) await bench.api(`/api/admin/storage/${what}?id=${id}`, {});
  await (await ask(bench, '/demo/Big')).arrayBuffer(); // finds the folder
  const before = await listCalls(bench);
  const began = performance.now();
  const answer = await ask(bench, FOLDER);
  let firstMs = Number.NaN;
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (Number.isNaN(firstMs) && bytes >= 1024) firstMs = performance.now() - began;
  }
  const ms = performance.now() - began;
  return { calls: (await listCalls(bench)) - before, firstMs, ms };
}

function ask({ url }: Bench, path: string): Promise<Response> {
  const headers = { Authorization: `Basic ${btoa(`admin:${PASSWORD}`)}`, Depth: '1' };
  return fetch(`${url}/dav${encoded(path)}/`, { method: 'PROPFIND', headers });
}

async function listCalls(bench: Bench): Promise<number> {
  return (await bench.upstream())['GET /drive/v1/files'] ?? 0;
}
