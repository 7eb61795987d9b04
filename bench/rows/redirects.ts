import { request } from 'node:http';
import { Agent } from 'node:http';
import { atMost, type Measurement } from '../row.ts';

const CONNECTIONS = 16;
const DURATION_MS = 4000;
const FILE = '/demo/Movies/Sample (2026)/sample.mp4';

/** Redirects from `/d` with the link in hand: how many in a second, and that they cost no upstream call. */
export const redirects: Measurement = async (bench) => {
  const { sign } = (await bench.api('/api/fs/get', { path: FILE })) as { sign: string };
  const url = `${bench.url}/d${encodeURI(FILE)}?sign=${sign}`;
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const calls = async () => Object.values(await bench.upstream()).reduce((sum, count) => sum + count, 0);
  await redirect(url, agent);
  const before = await calls();
  const until = performance.now() + DURATION_MS;
  const worker = async (): Promise<number> => {
    let done = 0;
    for (; performance.now() < until; done += 1) await redirect(url, agent);
    return done;
  };
  const cpu = bench.gateway.cpuSeconds();
  const counts = await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const spent = bench.gateway.cpuSeconds() - cpu;
  agent.destroy();
  return [
    atMost('CPU per 10 000 redirects, cached link', (spent / total) * 10_000, 's'),
    atMost('upstream calls for redirects with a cached link', (await calls()) - before, 'calls', 0),
  ];
};

function redirect(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent }, (response) => {
      response.resume();
      response.once('end', () =>
        response.statusCode === 302 ? resolve() : reject(new Error(`/d answered ${response.statusCode}`)),
      );
    });
    sent.once('error', reject);
    sent.end();
  });
}
