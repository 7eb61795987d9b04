import { join } from 'node:path';
import { normalizePath } from '../../packages/server/src/core/path.ts';
import { fakeStorage } from '../../packages/server/src/links/testing/upstream.ts';
import { systemClock } from '../../packages/server/src/runtime/system.ts';
import { openStore } from '../../packages/server/src/store/open.ts';
import { atMost, type Row } from '../row.ts';
import { median } from '../stats.ts';
import { type Bench, startGatewayProcess } from '../setup.ts';

const SHARES = 1000;
const STARTS = 3;
const SETTLE_MS = 1000;
const LOG = { debug() {}, info() {}, warn() {}, error() {} };

/** Starts of a gateway that has a thousand share storages: how long, and that the cloud is not asked for any of them. */
export async function shares(bench: Bench): Promise<Row[]> {
  const data = join(bench.folder, 'shares');
  await fill(data, `http://127.0.0.1:${bench.sandbox.proxyPort}`);
  const before = await calls(bench);
  const times: number[] = [];
  const memory: number[] = [];
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
    } finally {
      await gateway.stop();
    }
  }
  return [
    atMost('start with 1 000 share storages', median(times), 'ms', 1000),
    atMost('upstream calls of a start with 1 000 share storages', (await calls(bench)) - before, 'calls', 0),
    atMost('memory with 1 000 share storages', median(memory), 'MB'),
  ];
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
