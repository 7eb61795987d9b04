import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Measured } from '../process.ts';
import { atMost, type Row } from '../row.ts';
import { type Bench, mountDemo, signIn, startGatewayProcess, tokenOf } from '../setup.ts';

const SIZE = 2 * 1024 ** 3;
const CHUNK = 1024 ** 2;
const PATH = '/demo/bench/two-gib.bin';
const POLL_MS = 20;

/** Two GiB to the cloud, by a gateway that is killed half way and started again. */
export async function uploading(bench: Bench): Promise<Row[]> {
  const data = join(bench.folder, 'uploading');
  const first = await startGatewayProcess(data, bench.sandbox);
  await mountDemo({ api: await signIn(first.url), sandbox: bench.sandbox });
  const before = await partsSent(bench);
  const parts = Math.ceil(SIZE / (6 * CHUNK)); // three blocks of the content's hash each
  const sending = send(first.url, await tokenOf(first.url));
  const half = async (): Promise<boolean> => (await partsSent(bench)) - before >= parts / 2;
  const firstPeak = await peakUntil(first.gateway, half);
  process.kill(first.gateway.pid, 'SIGKILL');
  const sent = await sending;
  const atKill = (await partsSent(bench)) - before;

  const second = await startGatewayProcess(data, bench.sandbox);
  try {
    const api = await signIn(second.url);
    const stat = () => api('/api/fs/get', { path: PATH }).catch(() => undefined);
    const secondPeak = await peakUntil(second.gateway, async () => (await stat()) !== undefined);
    const again = (await partsSent(bench)) - before - parts;
    const { sign } = (await stat()) as { sign: string };
    const arrived = await digestOf(`${second.url}/p${PATH}?sign=${sign}`);
    return [
      atMost('upload of 2 GiB: peak memory', Math.max(firstPeak, secondPeak), 'MB', 200),
      atMost('upload of 2 GiB: other bytes than were sent', arrived === sent ? 0 : 1, 'failures', 0),
      atMost('upload of 2 GiB: parts there when it was killed', (100 * atKill) / parts, '%'),
      atMost('upload of 2 GiB: parts sent again after the kill', again, 'parts', 8),
    ];
  } finally {
    await second.gateway.stop();
  }
}

async function partsSent(bench: Bench): Promise<number> {
  return Object.entries(await bench.upstream())
    .filter(([row]) => row.startsWith('PUT /upload_tmp/'))
    .reduce((sum, [, count]) => sum + count, 0);
}

async function peakUntil(gateway: Measured, done: () => Promise<boolean>): Promise<number> {
  for (;;) {
    const peak = gateway.peakMb();
    if (await done()) return Math.max(peak, gateway.peakMb());
    await Bun.sleep(POLL_MS);
  }
}

/** Sends the file; resolves with its SHA-256 when the connection ends, however it does. */
async function send(url: string, token: string): Promise<string> {
  const call = request(`${url}/api/fs/put`, {
    method: 'PUT',
    headers: {
      Authorization: token,
      'File-Path': encodeURIComponent(PATH),
      'Content-Length': SIZE,
    },
  });
  const closed = new Promise<void>((resolve) => call.once('close', resolve));
  call.on('error', () => {}); // the gateway is killed
  call.on('response', (response) => response.resume());
  const hash = createHash('sha256');
  const chunk = Buffer.from(crypto.getRandomValues(new Uint8Array(65_536)));
  const body = Buffer.alloc(CHUNK, chunk);
  for (let at = 0; at < SIZE; at += CHUNK) {
    const part = Buffer.from(body);
    part.writeDoubleBE(at, 0);
    hash.update(part);
    if (!call.write(part)) {
      await Promise.race([new Promise<void>((resolve) => call.once('drain', resolve)), closed]);
    }
  }
  call.end();
  await closed;
  return hash.digest('hex');
}

async function digestOf(url: string): Promise<string> {
  const hash = createHash('sha256');
  const response = await fetch(url);
  for await (const chunk of response.body ?? []) hash.update(chunk);
  return hash.digest('hex');
}
