import { join } from 'node:path';
import { normalizePath } from '../../packages/server/src/core/path.ts';
import { fakeStorage } from '../../packages/server/src/links/testing/upstream.ts';
import { systemClock } from '../../packages/server/src/runtime/system.ts';
import { driverTypes } from '../../packages/server/src/drivers/index.ts';
import { parseShares } from '../../packages/server/src/shares/parse/parse.ts';
import { addressKinds } from '../../packages/server/src/shares/parse/text-line.ts';
import { openStore } from '../../packages/server/src/store/open.ts';
import { atMost, type Row } from '../row.ts';
import { median } from '../stats.ts';
import { type Bench, signIn, startGatewayProcess } from '../setup.ts';

const SHARES = 1000;
const STARTS = 3;
const SETTLE_MS = 1000;
const LISTINGS = 20;
const LOG = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * A gateway that has a thousand share storages: how long it takes to start, what that costs in memory, that the cloud is not asked for any of
 * them, and how long their folder takes to list. Then the parser, on texts of two lengths.
 */
export async function shares(bench: Bench): Promise<Row[]> {
  const empty = await idleMemory(join(bench.folder, 'no-shares'), bench);
  const data = join(bench.folder, 'shares');
  await fill(data, `http://127.0.0.1:${bench.sandbox.proxyPort}`);
  const before = await calls(bench);
  const times: number[] = [];
  const memory: number[] = [];
  const listings: number[] = [];
  const firsts: number[] = [];
  for (let run = 0; run < STARTS; run += 1) {
    const { gateway, startMs, url } = await startGatewayProcess(data, bench.sandbox);
    try {
      times.push(startMs);
      await Bun.sleep(SETTLE_MS);
      memory.push(gateway.residentMb());
      const { storages } = (await (await fetch(`${url}/healthz`)).json()) as {
        storages: Record<string, number>;
      };
      const mounted = Object.values(storages).reduce((sum, count) => sum + count, 0);
      if (mounted !== SHARES) throw new Error(`${mounted} storages are mounted, not ${SHARES}`);
      const [first = Number.NaN, ...rest] = await listed(url);
      firsts.push(first);
      listings.push(...rest);
    } finally {
      await gateway.stop();
    }
  }
  return [
    atMost('start with 1 000 share storages', median(times), 'ms', 1000),
    atMost('upstream calls of a start with 1 000 share storages', (await calls(bench)) - before, 'calls', 0),
    atMost('memory with 1 000 share storages', median(memory), 'MB'),
    atMost('memory that 1 000 share storages take', Math.max(0, median(memory) - empty), 'MB', 40),
    atMost('listing 1 000 share storages, median', median(listings), 'ms', 50),
    atMost('listing 1 000 share storages, the first after a start', median(firsts), 'ms'),
    ...parsing(),
  ];
}

/** Memory of a gateway without storages, in MB. */
async function idleMemory(data: string, bench: Bench): Promise<number> {
  const store = await openStore({ folder: data, clock: systemClock(), log: LOG });
  await store.close();
  const { gateway } = await startGatewayProcess(data, bench.sandbox);
  try {
    await Bun.sleep(SETTLE_MS);
    return gateway.residentMb();
  } finally {
    await gateway.stop();
  }
}

/** How long the folder of all shares takes to list, in ms, the first time among them. */
async function listed(url: string): Promise<number[]> {
  const api = await signIn(url);
  const times: number[] = [];
  for (let run = 0; run < LISTINGS; run += 1) {
    const began = performance.now();
    await api('/api/fs/list', { path: '/shares' });
    times.push(performance.now() - began);
  }
  return times;
}

/** That a text of twice the length takes twice the time, or a little more: for a budget of 3. */
function parsing(): Row[] {
  const took = (bytes: number): number => {
    const text = chatLog(bytes);
    const runs = Array.from({ length: 3 }, () => {
      const began = performance.now();
      parseShares(text, addressKinds(driverTypes));
      return performance.now() - began;
    });
    return Math.min(...runs);
  };
  took(1e6);
  const [half, whole] = [took(5e6), took(10e6)];
  return [
    atMost('parsing 5 MB of text with shares in it', half, 'ms'),
    atMost('parsing 10 MB of text with shares in it', whole, 'ms'),
    atMost('parsing 10 MB over parsing 5 MB', whole / half, '×', 3),
  ];
}

/** Talk, junk and links in turn. */
function chatLog(bytes: number): string {
  const lines: string[] = [];
  for (let length = 0, index = 0; length < bytes; index += 1) {
    const line =
      index % 3 === 0
        ? `Film ${index}: https://mypikpak.com/s/VN${String(index % 9000).padStart(20, '0')}?pwd=k7pm 提取码: k7pm`
        : `[21:0${index % 10}] somebody: ${'so much to say, '.repeat(index % 7)}https://mypikpak.com.example.com/${index}`;
    lines.push(line);
    length += line.length + 1;
  }
  return lines.join('\n');
}

async function fill(folder: string, egress: string): Promise<void> {
  const store = await openStore({ folder, clock: systemClock(), log: LOG });
  for (let index = 0; index < SHARES; index += 1) {
    const share_id = `VNbenchShare${String(index).padStart(8, '0')}`;
    await store.storages.insert(
      fakeStorage({
        mountPath: normalizePath(`/shares/share ${index}`),
        driver: 'PikPakShare',
        addition: { share_id, egress },
      }),
    );
  }
  await store.close();
}

async function calls(bench: Bench): Promise<number> {
  return Object.values(await bench.upstream()).reduce((sum, count) => sum + count, 0);
}
