import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Contender, encoded } from '../contender.ts';
import { connectPeer, parsePeer } from '../peers.ts';
import { freePort, launch, type Measured, untilUp } from '../process.ts';
import { atMost, compared, type Row } from '../row.ts';
import { type Bench, ourselves, PASSWORD } from '../setup.ts';
import { interleaved } from '../stats.ts';

const RCLONE = '/usr/bin/rclone';
const FOLDER = '/demo/Big/ten-thousand';
const LOCAL = '/dav-local/ten-thousand';
const ENTRIES = 10_000;
const RUNS = 20;

/**
 * PROPFIND of depth 1 on 10 000 entries: of the cloud, cold and then warm beside peers that speak WebDAV; and of a folder of this machine beside
 * `rclone serve webdav` where that is installed.
 */
export async function webdav(bench: Bench): Promise<Row[]> {
  const cold = await coldPropfind(bench);
  const speakers = bench.contenders.filter(({ propfind }) => propfind !== undefined);
  const warm = await interleaved(speakers, RUNS, (one) => timed(one, FOLDER));
  const peak = await peakOf(bench);
  return [
    atMost('10k folder: PROPFIND, upstream calls, cold', cold.calls, 'calls', 20),
    atMost('10k folder: PROPFIND, time to the first kilobyte, cold', cold.firstMs, 'ms'),
    atMost('10k folder: PROPFIND, time of all of it, cold', cold.ms, 'ms'),
    compared({ better: 'less', name: '10k folder: PROPFIND, warm, median', unit: 'ms' }, warm),
    atMost('10k folder: PROPFIND, memory that 20 at once add', peak, 'MB', 40),
    ...(await localRows(bench)),
  ];
}

async function timed({ propfind }: Contender, path: string): Promise<number> {
  const began = performance.now();
  await propfind?.(path);
  return performance.now() - began;
}

function ask(bench: Bench, path: string): Promise<Response> {
  const headers = { Authorization: `Basic ${btoa(`admin:${PASSWORD}`)}`, Depth: '1' };
  return fetch(`${bench.url}/dav${encoded(path)}/`, { method: 'PROPFIND', headers });
}

/** Nothing is remembered of a storage that was switched off and on. */
async function coldPropfind(bench: Bench): Promise<{ calls: number; firstMs: number; ms: number }> {
  const { content } = (await bench.api('/api/admin/storage/list')) as {
    content: { id: number; mount_path: string }[];
  };
  const id = content.find(({ mount_path }) => mount_path === '/demo')?.id;
  for (const what of ['disable', 'enable']) await bench.api(`/api/admin/storage/${what}?id=${id}`, {});
  await (await ask(bench, '/demo/Big')).arrayBuffer(); // signs in and finds the folder
  const before = await listCalls(bench);
  const began = performance.now();
  const answer = await ask(bench, FOLDER);
  let firstMs = Number.NaN;
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (Number.isNaN(firstMs) && bytes >= 1024) firstMs = performance.now() - began;
  }
  return { calls: (await listCalls(bench)) - before, firstMs, ms: performance.now() - began };
}

async function listCalls(bench: Bench): Promise<number> {
  return (await bench.upstream())['GET /drive/v1/files'] ?? 0;
}

/** What the process needs at its peak, above what it holds before. */
async function peakOf({ gateway, ...bench }: Bench): Promise<number> {
  const before = gateway.residentMb();
  gateway.resetPeak();
  const answers = await Promise.all(Array.from({ length: RUNS }, () => ask({ gateway, ...bench }, FOLDER)));
  await Bun.sleep(1000);
  const peak = gateway.peakMb();
  for (const answer of answers) await answer.body?.cancel();
  return Math.max(0, peak - before);
}

async function localRows(bench: Bench): Promise<Row[]> {
  const tree = join(bench.folder, 'dav-tree');
  mkdirSync(join(tree, 'ten-thousand'), { recursive: true });
  for (let index = 0; index < ENTRIES; index += 1) {
    writeFileSync(join(tree, 'ten-thousand', `file ${String(index).padStart(5, '0')}.txt`), '');
  }
  const addition = JSON.stringify({ root_folder_path: tree });
  await bench.api('/api/admin/storage/create', { mount_path: '/dav-local', driver: 'Local', addition });
  const running: Measured[] = [];
  try {
    const peers = existsSync(RCLONE) ? [await startRclone(tree, running)] : [];
    const all = [ourselves(bench), ...peers];
    const time = await interleaved(all, RUNS, (one) => timed(one, LOCAL));
    return [
      compared(
        { better: 'less', name: 'local folder: PROPFIND of 10 000 entries, median', unit: 'ms' },
        time,
      ),
    ];
  } finally {
    for (const process of running) await process.stop();
  }
}

async function startRclone(tree: string, running: Measured[]): Promise<Contender> {
  const port = await freePort();
  const at = ['--addr', `127.0.0.1:${port}`, '--read-only', '--config', '/dev/null'];
  running.push(launch([RCLONE, 'serve', 'webdav', ...at, tree]));
  await untilUp(`http://127.0.0.1:${port}/`);
  return connectPeer(parsePeer(`rclone-webdav=http://127.0.0.1:${port},/dav-local=/`));
}
