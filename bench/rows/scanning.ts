import { open } from '../client.ts';
import { atMost, type Row } from '../row.ts';
import type { Bench } from '../setup.ts';
import { percentile } from '../stats.ts';

const FOLDERS = 100;
const ENTRIES = 50_000;
/** Folders that the scan lists at one time: what media servers do. */
const SCANNERS = 8;
const FILM = '/demo/Big/4GiB.bin';
const FILES = '/demo/Big/ten-thousand';
/** Between two requests of the player. */
const PAUSE_MS = 40;
const CHUNK = 65_536;
/** How long the film plays by itself first, to compare with. */
const ALONE_MS = 5000;

interface Listed {
  readonly content: readonly { readonly name: string; readonly sign: string }[];
}

/** A film that plays, is sought in, and is followed by others, while somebody lists fifty thousand entries as fast as they come. */
export async function scanning(bench: Bench): Promise<Row[]> {
  await seed(bench, 'wide');
  await bench.api('/api/fs/list', { path: '/demo', refresh: true }); // signs in anew
  const player = await startPlayer(bench);
  const alone = await play({ ...player, others: [] }, AbortSignal.timeout(ALONE_MS));
  const began = performance.now();
  const stop = new AbortController();
  const waits = play(player, stop.signal);
  const entries = await scan(bench);
  const took = performance.now() - began;
  stop.abort();
  const { seeks, firsts } = await waits;
  if (entries !== ENTRIES) throw new Error(`the scan saw ${entries} entries`);
  return [
    atMost('film during a scan of 50 000 entries: longest wait of a seek', Math.max(...seeks), 'ms', 200),
    atMost('film during a scan: longest wait of a file opened first', Math.max(...firsts), 'ms', 200),
    atMost('film during a scan: median wait of a seek', percentile(seeks, 0.5), 'ms'),
    atMost('longest wait of a seek without a scan', Math.max(...alone.seeks), 'ms'),
    atMost('film during a scan: requests of the player', seeks.length + firsts.length, 'requests'),
    atMost('scan of 50 000 entries beside a film', took / 1000, 's'),
  ];
}

interface Player {
  readonly film: string;
  /** Files that nobody has opened yet: each costs a call upstream. */
  readonly others: readonly string[];
}

async function startPlayer(bench: Bench): Promise<Player> {
  const { sign } = (await bench.api('/api/fs/get', { path: FILM })) as { sign: string };
  const page = (await bench.api('/api/fs/list', { path: FILES, page: 1, per_page: 500 })) as Listed;
  const others = page.content.map((file) => `${bench.url}/p${FILES}/${file.name}?sign=${file.sign}`);
  return { film: `${bench.url}/p${FILM}?sign=${sign}`, others };
}

/** Every fourth request opens another file; the others seek in the film. */
async function play(
  { film, others }: Player,
  signal: AbortSignal,
): Promise<{ seeks: number[]; firsts: number[] }> {
  const seeks: number[] = [];
  const firsts: number[] = [];
  for (let turn = 0; !signal.aborted; turn += 1) {
    const other = turn % 4 === 3 ? others[firsts.length] : undefined;
    const start = (turn * 7919 * CHUNK) % (4 * 2 ** 30 - CHUNK);
    const range = other === undefined ? `bytes=${start}-${start + CHUNK - 1}` : undefined;
    (other === undefined ? seeks : firsts).push(await firstByte(other ?? film, range));
    await Bun.sleep(PAUSE_MS);
  }
  return { seeks, firsts };
}

/** Milliseconds until the first byte of a body. */
async function firstByte(url: string, range: string | undefined): Promise<number> {
  const began = performance.now();
  const response = await open({ url, headers: {} }, range);
  let ms = Number.NaN;
  for await (const _ of response) if (Number.isNaN(ms)) ms = performance.now() - began;
  return ms;
}

/** Lists all folders, and gives how many entries there were. */
async function scan(bench: Bench): Promise<number> {
  const queue = Array.from({ length: FOLDERS }, (_, index) => `/demo/Wide/folder-${index + 1}`);
  let entries = 0;
  const scanner = async (): Promise<void> => {
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      const { content } = (await bench.api('/api/fs/list', { path, per_page: 0 })) as Listed;
      entries += content.length;
    }
  };
  await Promise.all(Array.from({ length: SCANNERS }, scanner));
  return entries;
}

async function seed(bench: Bench, name: string): Promise<void> {
  const planted = await fetch(`${bench.sandbox.url}/_sandbox/seed`, {
    method: 'POST',
    body: JSON.stringify({ name }),
    tls: { rejectUnauthorized: false },
  });
  if (!planted.ok) throw new Error(`the seed ${name} could not be planted: ${planted.status}`);
}
