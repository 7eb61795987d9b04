import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';

/** Clock ticks in a second, as /proc counts CPU time. */
const TICKS = 100;

/** A program under measurement. */
export interface Measured {
  readonly pid: number;
  /** CPU seconds that the process has used so far, user and system. */
  cpuSeconds(): number;
  /** Resident memory now, in MB. */
  residentMb(): number;
  /** The most resident memory since the start or the last `resetPeak`, in MB. */
  peakMb(): number;
  resetPeak(): void;
  /** Asks it to stop and waits until it has. */
  stop(): Promise<void>;
}

/** Starts a program, its output kept for when it fails. Linux only: figures come from /proc. */
export function launch(command: readonly string[], env: Readonly<Record<string, string>>): Measured {
  const child = Bun.spawn([...command], {
    env: { ...process.env, ...env },
    stdout: 'ignore',
    stderr: process.env['BENCH_VERBOSE'] === undefined ? 'ignore' : 'inherit',
  });
  const status = (name: string): number => {
    const line = readFileSync(`/proc/${child.pid}/status`, 'utf8').match(
      new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'),
    );
    return Number(line?.[1] ?? Number.NaN) / 1024;
  };
  return {
    pid: child.pid,
    cpuSeconds: () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) / TICKS;
    },
    residentMb: () => status('VmRSS'),
    peakMb: () => status('VmHWM'),
    resetPeak: () => void Bun.write(`/proc/${child.pid}/clear_refs`, '5'),
    stop: async () => {
      child.kill('SIGTERM');
      await child.exited;
    },
  };
}

/** A TCP port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks `url` until it answers 200; gives the milliseconds that took. @throws when it does not within `limitMs`. */
export async function untilUp(url: string, limitMs = 20_000): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < limitMs) {
    const up = await fetch(url, { tls: { rejectUnauthorized: false } }).then(
      (response) => response.ok,
      () => false, // not listening yet
    );
    if (up) return performance.now() - began;
    await Bun.sleep(5);
  }
  throw new Error(`${url} did not answer within ${limitMs} ms`);
}
