import { join } from 'node:path';
import { LARGE_FILE } from '../bare.ts';
import { atMost, type Row } from '../row.ts';
import { type Bench, mountDemo, ourselves, signIn, startGatewayProcess } from '../setup.ts';
import { costOfGib } from './cpu.ts';
import { peakOf } from './memory.ts';

/** What the cache of blocks costs and saves, in a gateway of its own: fifty streams first, then one GiB off, filling, and from the disk. */
export async function cache(bench: Bench): Promise<Row[]> {
  const { gateway, url } = await startGatewayProcess(join(bench.folder, 'cache'), bench.sandbox);
  try {
    const api = await signIn(url);
    await mountDemo({ api, sandbox: bench.sandbox });
    const us = ourselves({ api, gateway, url });
    const watched = { process: us.process, target: await us.download(LARGE_FILE) };
    const set = (gib: number): Promise<unknown> =>
      api('/api/admin/setting/save', [{ key: 'block_cache_gib', value: String(gib) }]);
    await set(8);
    const peak = await peakOf(watched);
    await set(0);
    const off = await costOfGib(watched); // the first download after the setting also empties the cache
    await set(8);
    const fills = await costOfGib(watched);
    for (let pass = 0; pass < 5; pass += 1) await costOfGib(watched); // keeps what found no buffer at the first
    const hits = await costOfGib(watched);
    return [
      atMost('peak memory at 50 streams, with the block cache on', peak, 'MB'),
      atMost('CPU per GiB that fills the block cache, as a multiple of none', fills / off, '×'),
      atMost('CPU per GiB from the block cache, as a multiple of none', hits / off, '×'),
    ];
  } finally {
    await gateway.stop();
  }
}
