import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender } from '../contender.ts';
import { connectPeer, parsePeer } from '../peers.ts';
import { freePort, launch, type Measured, untilUp } from '../process.ts';
import { compared, type Row } from '../row.ts';
import { type Bench, ourselves } from '../setup.ts';
import { interleaved } from '../stats.ts';
import { costOfGib } from './cpu.ts';

const RCLONE = '/usr/bin/rclone';
const ROUNDS = 3;
const LISTINGS = 10;
const ENTRIES = 10_000;
const FILE = '/local/1GiB.bin';
const FOLDER = '/local/ten-thousand';

/**
 * The same folder of this machine, served by our `Local` storage and by `rclone serve` where that is installed: the one peer that can be had
 * without a PikPak client of its own. Lists are by each one's own protocol: JSON, HTML, XML.
 */
export async function local(bench: Bench): Promise<Row[]> {
  const tree = join(bench.folder, 'tree');
  makeTree(tree);
  const addition = JSON.stringify({ root_folder_path: tree });
  await bench.api('/api/admin/storage/create', { mount_path: '/local', driver: 'Local', addition });
  const running: Measured[] = [];
  try {
    const peers = existsSync(RCLONE) ? await startRclones(tree, running) : [];
    return await measure([ourselves(bench), ...peers]);
  } finally {
    for (const process of running) await process.stop();
  }
}

function makeTree(tree: string): void {
  mkdirSync(join(tree, 'ten-thousand'), { recursive: true });
  writeFileSync(join(tree, '1GiB.bin'), '');
  truncateSync(join(tree, '1GiB.bin'), 2 ** 30);
  for (let index = 0; index < ENTRIES; index += 1) {
    writeFileSync(join(tree, 'ten-thousand', `file ${String(index).padStart(5, '0')}.txt`), '');
  }
}

async function startRclones(tree: string, running: Measured[]): Promise<Contender[]> {
  const start = async (protocol: 'http' | 'webdav'): Promise<Contender> => {
    const port = await freePort();
    const at = ['--addr', `127.0.0.1:${port}`, '--read-only', '--config', '/dev/null'];
    running.push(launch([RCLONE, 'serve', protocol, ...at, tree]));
    await untilUp(`http://127.0.0.1:${port}/`);
    return connectPeer(parsePeer(`rclone-${protocol}=http://127.0.0.1:${port},/local=/`));
  };
  return [await start('http'), await start('webdav')];
}

async function measure(contenders: readonly Contender[]): Promise<Row[]> {
  const served = await Promise.all(
    contenders.map(async ({ name, process, download }) => ({ name, process, target: await download(FILE) })),
  );
  const bytes = await interleaved(served, ROUNDS, costOfGib);
  const time = await interleaved(contenders, LISTINGS, async ({ list }) => {
    const began = performance.now();
    await list(FOLDER);
    return performance.now() - began;
  });
  const work = await interleaved(contenders, 1, async ({ process, list }) => {
    const before = process?.cpuSeconds() ?? Number.NaN;
    for (let run = 0; run < LISTINGS; run += 1) await list(FOLDER);
    return (((process?.cpuSeconds() ?? Number.NaN) - before) / LISTINGS) * 1000;
  });
  const speakers = contenders.flatMap(({ name, propfind }) =>
    propfind === undefined ? [] : [{ name, find: () => propfind(FOLDER) }],
  );
  const found = await interleaved(speakers, LISTINGS, async ({ find }) => {
    const began = performance.now();
    await find();
    return performance.now() - began;
  });
  const less = { better: 'less' } as const;
  return [
    compared({ ...less, name: 'local folder: CPU per GiB', unit: 's' }, bytes),
    compared({ ...less, name: 'local folder: listing of 10 000 entries, median', unit: 'ms' }, time),
    compared({ ...less, name: 'local folder: PROPFIND of 10 000 entries, median', unit: 'ms' }, found),
    compared({ ...less, name: 'local folder: CPU of a listing of 10 000 entries', unit: 'ms' }, work),
  ];
}
