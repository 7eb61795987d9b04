import { atMost, type Row } from '../row.ts';
import { type Bench } from '../setup.ts';
import { percentile } from '../stats.ts';

const QUEUED = 1000;
const FINISHED = 10_000;
const PER_REQUEST = 500;
const WATCH_MS = 20_000;
const BETWEEN_MS = 50;
const PAGE = 100;
const BUDGET_MS = 50;
const ROUTES = {
  undone: '/api/task/offline_download/undone?page=1&per_page=100',
  list: '/api/task/list?state=live&per_page=100',
} as const;

/** What the API takes while a thousand downloads are under way in the cloud, and how ten thousand that have ended are paged and cleared. */
export async function tasks(bench: Bench): Promise<Row[]> {
  await bench.api('/api/fs/mkdir', { path: '/demo/Bench tasks' });
  const before = bench.gateway.residentMb();
  await download(bench, 0, QUEUED);
  const settled = await timesWhile(bench, WATCH_MS / 4);
  const early = bench.gateway.residentMb();
  const busy = bench.gateway.cpuSeconds();
  const times = await timesWhile(bench, WATCH_MS);
  const cpu = bench.gateway.cpuSeconds() - busy;
  const late = bench.gateway.residentMb();
  const rows = Object.entries(times).flatMap(([name, taken]) => [
    atMost(`tasks, ${QUEUED} queued: ${name}, median`, percentile(taken, 0.5), 'ms', BUDGET_MS),
    atMost(`tasks, ${QUEUED} queued: ${name}, p95`, percentile(taken, 0.95), 'ms', BUDGET_MS),
  ]);
  return [
    ...rows,
    atMost(`tasks, ${QUEUED} queued: list in the first seconds, p95`, percentile(settled.list, 0.95), 'ms'),
    atMost(`tasks, ${QUEUED} queued: CPU while they are watched`, (cpu * 100_000) / WATCH_MS, '%'),
    atMost(`tasks, ${QUEUED} queued: memory that they add`, early - before, 'MB'),
    atMost(`tasks, ${QUEUED} queued: memory that ${WATCH_MS / 1000} s more add`, late - early, 'MB', 20),
    ...(await ended(bench)),
  ];
}

async function download(bench: Bench, from: number, count: number): Promise<void> {
  for (let at = from; at < from + count; at += PER_REQUEST) {
    const urls = Array.from({ length: PER_REQUEST }, (_, i) => `https://h.example/bench-${at + i}.bin`);
    await bench.api('/api/fs/add_offline_download', { path: '/demo/Bench tasks', urls, tool: 'PikPak' });
  }
}

async function timesWhile(bench: Bench, ms: number): Promise<{ undone: number[]; list: number[] }> {
  const times = { undone: [] as number[], list: [] as number[] };
  for (const end = performance.now() + ms; performance.now() < end; ) {
    for (const name of ['undone', 'list'] as const) {
      times[name].push(await timed(() => bench.api(ROUTES[name])));
      await Bun.sleep(BETWEEN_MS);
    }
  }
  return times;
}

/** Tasks that are cancelled before they begin are as good as any that have ended. */
async function ended(bench: Bench): Promise<Row[]> {
  await cancelAll(bench);
  for (let made = 0; made < FINISHED; made += QUEUED) {
    await download(bench, QUEUED + made, QUEUED);
    await cancelAll(bench);
  }
  const pages: number[] = [];
  for (let page = 1; page <= FINISHED / PAGE; page += 10)
    pages.push(await timed(() => bench.api(`/api/task/list?state=ended&page=${page}&per_page=${PAGE}`)));
  const clearing = await timed(() => bench.api('/api/task/offline_download/clear_done', {}));
  const { total } = (await bench.api('/api/task/list?state=ended')) as { total: number };
  if (total !== 0) throw new Error(`${total} tasks were not cleared`);
  return [
    atMost(`tasks, ${FINISHED} ended: a page of ${PAGE}, p95`, percentile(pages, 0.95), 'ms', BUDGET_MS),
    atMost(`tasks, ${FINISHED} ended: clearing them all`, clearing, 'ms', 1000),
  ];
}

async function cancelAll(bench: Bench): Promise<void> {
  for (;;) {
    const { content } = (await bench.api(`/api/task/list?state=live&per_page=${QUEUED}`)) as {
      content: readonly { id: string; phase: string }[];
    };
    if (content.length === 0) return;
    const ids = content.filter(({ phase }) => phase !== 'canceling').map(({ id }) => id);
    if (ids.length > 0) await bench.api('/api/task/offline_download/cancel_some', ids);
    await Bun.sleep(BETWEEN_MS);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
