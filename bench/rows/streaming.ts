import { join } from 'node:path';
import { drain, open, sip } from '../client.ts';
import { freePort, launch, type Measured, untilUp } from '../process.ts';
import { atMost, type Measurement, type Row } from '../row.ts';
import type { Bench } from '../setup.ts';

const FILE = '/demo/Big/4GiB.bin';
const GIB = 2 ** 30;
const RANGE = { range: `bytes=0-${GIB - 1}` };
const STREAMS = 50;
const STREAM_MS = 8000;
const RANGE_REQUESTS = 1000;

/** Bytes through the gateway: their cost beside a bare pipe's, memory under many streams, and what is left behind. */
export const streaming: Measurement = async (bench) => {
  const url = await fileUrl(bench);
  const bare = await startBarePipe(bench);
  try {
    return [
      ...(await cpuPerGib({ process: bench.gateway, url }, bare)),
      ...(await manyStreams(bench, { process: bench.gateway, url }, bare)),
      ...(await manyRanges(bench, url)),
    ];
  } finally {
    await bare.process.stop();
  }
};

/** A program that serves the large file at `url`. */
interface Server {
  readonly process: Measured;
  readonly url: string;
}

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

async function startBarePipe(bench: Bench): Promise<Server> {
  const port = await freePort();
  const pipe = launch([process.execPath, join(import.meta.dir, '../bare-pipe.ts')], {
    BARE_PORT: String(port),
    BARE_UPSTREAM: await upstreamUrl(bench),
    BARE_PROXY: `http://127.0.0.1:${bench.sandbox.proxyPort}`,
    NODE_EXTRA_CA_CERTS: bench.sandbox.caFile,
  });
  await untilUp(`http://127.0.0.1:${port}/ping`);
  return { process: pipe, url: `http://127.0.0.1:${port}/` };
}

async function cpuPerGib(gateway: Server, bare: Server): Promise<Row[]> {
  for (const { url } of [gateway, bare]) await drain(await open(url, { range: 'bytes=0-67108863' })); // warms up
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    ours.push(await costOf(gateway));
    theirs.push(await costOf(bare));
  }
  const [mine, pipe] = [Math.min(...ours), Math.min(...theirs)];
  return [
    atMost('CPU per GiB proxied, HTTPS upstream', mine, 's'),
    atMost('CPU per GiB of a bare pipe', pipe, 's'),
    atMost('CPU per GiB proxied, as a multiple of the bare pipe', mine / pipe, '×', 1.15),
  ];
}

async function costOf({ process, url }: Server): Promise<number> {
  const before = process.cpuSeconds();
  const bytes = await drain(await open(url, RANGE));
  if (bytes !== GIB) throw new Error(`expected ${GIB} bytes, got ${bytes}`);
  return process.cpuSeconds() - before;
}

async function manyStreams(bench: Bench, gateway: Server, bare: Server): Promise<Row[]> {
  const name = `${STREAMS} parallel proxied streams, half of them slow`;
  const idle = gateway.process.residentMb();
  const peak = await peakOf(gateway);
  await Bun.sleep(1000);
  const left = await bench.openDownloads();
  return [
    atMost(`peak memory at ${name}`, peak, 'MB', 180),
    atMost('of that, before the streams began', idle, 'MB'),
    atMost('peak memory of a bare pipe at the same', await peakOf(bare), 'MB'),
    atMost('upstream connections left 1 s after the clients left', left, 'sockets', 0),
  ];
}

/** The most memory while fifty clients read, every second one slowly. */
async function peakOf({ process, url }: Server): Promise<number> {
  process.resetPeak();
  const until = performance.now() + STREAM_MS;
  const rate = (index: number) => (index % 2 === 0 ? 64 * 1024 : 4 * 1024 * 1024);
  const streams = Array.from({ length: STREAMS }, async (_, index) => {
    const start = index * 64 * 1024 * 1024;
    await sip(await open(url, { range: `bytes=${start}-` }), rate(index), until);
  });
  await Promise.all(streams);
  return process.peakMb();
}

async function manyRanges(bench: Bench, url: string): Promise<Row[]> {
  const gets = async () => (await bench.upstream())['GET /drive/v1/files/{id}'] ?? 0;
  const before = await gets();
  for (let index = 0; index < RANGE_REQUESTS; index += 1) {
    const start = index * 65_536;
    await drain(await open(url, { range: `bytes=${start}-${start + 1023}` }));
  }
  return [atMost('upstream calls for 1 000 range requests on one file', (await gets()) - before, 'calls', 1)];
}
