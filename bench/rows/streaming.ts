import { join } from 'node:path';
import { drain, open, sip } from '../client.ts';
import { freePort, launch, untilUp } from '../process.ts';
import { atMost, type Measurement, type Row } from '../row.ts';
import type { Bench } from '../setup.ts';

const FILE = '/demo/Big/4GiB.bin';
const GIB = 2 ** 30;
const RANGE = { range: `bytes=0-${GIB - 1}` };
const STREAMS = 50;
const STREAM_MS = 8000;
const RANGE_REQUESTS = 1000;

/** Bytes through the gateway: their cost in CPU beside a bare pipe, memory under many streams, and what is left behind. */
export const streaming: Measurement = async (bench) => [
  ...(await cpuPerGib(bench)),
  ...(await manyStreams(bench)),
  ...(await manyRanges(bench)),
];

/** The download URL of the large file, signed. */
async function fileUrl(bench: Bench): Promise<string> {
  const data = (await bench.api('/api/fs/get', { path: FILE })) as { sign: string };
  return `${bench.url}/p${FILE}?sign=${data.sign}`;
}

/** The upstream link of the large file. */
async function upstreamUrl(bench: Bench): Promise<string> {
  const data = (await bench.api('/api/fs/link', { path: FILE })) as { url: string };
  return data.url;
}

async function cpuPerGib(bench: Bench): Promise<Row[]> {
  const url = await fileUrl(bench);
  await drain(await open(url, { range: 'bytes=0-67108863' })); // warms both ends up
  const port = await freePort();
  const bare = launch([process.execPath, join(import.meta.dir, '../bare-pipe.ts')], {
    BARE_PORT: String(port),
    BARE_UPSTREAM: await upstreamUrl(bench),
    BARE_PROXY: `http://127.0.0.1:${bench.sandbox.proxyPort}`,
    NODE_EXTRA_CA_CERTS: bench.sandbox.caFile,
  });
  try {
    await untilUp(`http://127.0.0.1:${port}/ping`);
    await drain(await open(`http://127.0.0.1:${port}/`, { range: 'bytes=0-67108863' }));
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      ours.push(await costOf(bench.gateway, url));
      theirs.push(await costOf(bare, `http://127.0.0.1:${port}/`));
    }
    const [gateway, pipe] = [Math.min(...ours), Math.min(...theirs)];
    return [
      atMost('CPU per GiB proxied, HTTPS upstream', gateway, 's'),
      atMost('CPU per GiB of a bare pipe', pipe, 's'),
      atMost('CPU per GiB proxied, as a multiple of the bare pipe', gateway / pipe, '×', 1.15),
    ];
  } finally {
    await bare.stop();
  }
}

async function costOf(process: { cpuSeconds(): number }, url: string): Promise<number> {
  const before = process.cpuSeconds();
  const bytes = await drain(await open(url, RANGE));
  if (bytes !== GIB) throw new Error(`expected ${GIB} bytes, got ${bytes}`);
  return process.cpuSeconds() - before;
}

async function manyStreams(bench: Bench): Promise<Row[]> {
  const url = await fileUrl(bench);
  const before = bench.gateway.residentMb();
  bench.gateway.resetPeak();
  const until = performance.now() + STREAM_MS;
  const rate = (index: number) => (index % 2 === 0 ? 64 * 1024 : 4 * 1024 * 1024);
  const streams = Array.from({ length: STREAMS }, async (_, index) => {
    const start = index * 64 * 1024 * 1024;
    await sip(await open(url, { range: `bytes=${start}-` }), rate(index), until);
  });
  await Promise.all(streams);
  const peak = bench.gateway.peakMb();
  await Bun.sleep(1000);
  return [
    atMost(`peak memory at ${STREAMS} parallel proxied streams, half of them slow`, peak, 'MB', 180),
    atMost('of that, before the streams began', before, 'MB'),
    atMost('upstream connections left 1 s after the clients left', await bench.openDownloads(), 'sockets', 0),
  ];
}

async function manyRanges(bench: Bench): Promise<Row[]> {
  const url = await fileUrl(bench);
  const gets = async () => (await bench.upstream())['GET /drive/v1/files/{id}'] ?? 0;
  const before = await gets();
  for (let index = 0; index < RANGE_REQUESTS; index += 1) {
    const start = index * 65_536;
    await drain(await open(url, { range: `bytes=${start}-${start + 1023}` }));
  }
  return [atMost('upstream calls for 1 000 range requests on one file', (await gets()) - before, 'calls', 1)];
}
