import { LARGE_FILE } from '../bare.ts';
import { drain, open } from '../client.ts';
import { compared, type Row } from '../row.ts';
import type { Bench } from '../setup.ts';
import { OURS } from '../contender.ts';

const MIB = 2 ** 20;
const CONNECTIONS = 4;
/** What the cloud sends over one connection in a second. */
const PER_CONNECTION = 4 * MIB;
const BYTES = 96 * MIB;
const ONE = 'one connection';

/** A download from a cloud that limits each connection, from its first byte on, with and without reading ahead. */
export async function ahead(bench: Bench): Promise<Row[]> {
  const [ours] = bench.contenders;
  if (ours === undefined) return [];
  const target = await ours.download(LARGE_FILE);
  await slowDown(bench);
  try {
    const rates = new Map<string, number>();
    // Far apart, so that neither reads what the other left behind.
    for (const [name, connections, start] of [
      [ONE, 0, 0],
      [OURS, CONNECTIONS, 2 * BYTES],
    ] as const) {
      await set(bench, connections);
      const began = performance.now();
      const bytes = await drain(await open(target, `bytes=${start}-${start + BYTES - 1}`));
      if (bytes !== BYTES) throw new Error(`expected ${BYTES} bytes, got ${bytes}`);
      rates.set(name, bytes / MIB / ((performance.now() - began) / 1000));
    }
    const name = `rate of 96 MiB where a connection is limited to 4 MiB/s, ${CONNECTIONS} allowed`;
    return [compared({ name, unit: 'MiB/s', better: 'more', yardsticks: [ONE] }, rates)];
  } finally {
    await set(bench, 0);
    await sandbox(bench, 'DELETE');
  }
}

async function set(bench: Bench, connections: number): Promise<void> {
  await bench.api('/api/admin/setting/save', [{ key: 'read_ahead_connections', value: String(connections) }]);
}

function slowDown(bench: Bench): Promise<void> {
  return sandbox(bench, 'POST', { kind: 'slow_body', bytes_per_second: PER_CONNECTION, times: 'forever' });
}

async function sandbox({ sandbox: { url } }: Bench, method: string, body?: unknown): Promise<void> {
  const answer = await fetch(`${url}/_sandbox/faults`, {
    method,
    tls: { rejectUnauthorized: false },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}: ${await answer.text()}`);
}
