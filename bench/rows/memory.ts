import { BARE_PIPE, LARGE_FILE, startBarePipe } from '../bare.ts';
import { open, sip } from '../client.ts';
import type { Target } from '../contender.ts';
import type { Watched } from '../process.ts';
import { atMost, compared, type Row } from '../row.ts';
import type { Bench } from '../setup.ts';
import { interleaved } from '../stats.ts';

const STREAMS = 50;
const STREAM_MS = 8000;
const LEAVE_MS = 1000;
/** In bytes a second. */
const SLOW = 64 * 1024;
const QUICK = 4 * 1024 * 1024;

/** Fifty clients at once, half of them slow: the most memory that takes, and what is left of them when they have gone. */
export async function memory(bench: Bench): Promise<Row[]> {
  const idle = bench.gateway.residentMb();
  const served = await Promise.all(
    bench.contenders.map(async ({ name, process, download }) => ({
      name,
      process,
      target: await download(LARGE_FILE),
    })),
  );
  let left = Number.NaN;
  const [ours, ...peers] = served;
  const peaks = new Map<string, number>();
  if (ours !== undefined) {
    peaks.set(ours.name, await peakOf(ours));
    await Bun.sleep(LEAVE_MS);
    left = await bench.openDownloads();
  }
  const bare = await startBarePipe(bench);
  try {
    for (const [name, peak] of await interleaved([...peers, bare], 1, peakOf)) peaks.set(name, peak);
  } finally {
    await bare.process.stop();
  }
  const name = 'peak memory at 50 parallel proxied streams, half of them slow';
  return [
    compared({ name, unit: 'MB', better: 'less', yardsticks: [BARE_PIPE], budget: 180 }, peaks),
    atMost('of that, before the streams began', idle, 'MB'),
    atMost('upstream connections left 1 s after the clients left', left, 'sockets', 0),
  ];
}

/** The most memory of a server while fifty clients read; NaN where it can't be watched. */
export async function peakOf({
  process,
  target,
}: {
  readonly process: Watched | undefined;
  readonly target: Target;
}): Promise<number> {
  process?.resetPeak();
  const until = performance.now() + STREAM_MS;
  const streams = Array.from({ length: STREAMS }, async (_, index) => {
    const start = index * 64 * 1024 * 1024;
    await sip(await open(target, `bytes=${start}-`), index % 2 === 0 ? SLOW : QUICK, until);
  });
  await Promise.all(streams);
  return process?.peakMb() ?? Number.NaN;
}
