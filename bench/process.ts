import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';

/** Clock ticks in a second, as /proc counts CPU time. */
const TICKS = 100;

/** One or more processes under measurement. Linux only: figures come from /proc. */
export interface Watched {
  /** CPU seconds used so far, user and system. */
  cpuSeconds(): number;
  /** Resident memory now, in MB. */
  residentMb(): number;
  /** The most resident memory since the start or the last `resetPeak`, in MB. */
  peakMb(): number;
  resetPeak(): void;
}

/** A program that the bench has started. */
export interface Measured extends Watched {
  readonly pid: number;
  /** Asks it to stop and waits until it has. */
  stop(): Promise<void>;
}

/** Watches processes that run already; figures of several are summed. */
export function watch(pids: () => readonly number[]): Watched {
  const sum = (figure: (pid: number) => number): number =>
    pids().reduce((total, pid) => total + figure(pid), 0);
  return {
    cpuSeconds: () => sum(cpuSecondsOf),
    residentMb: () => sum((pid) => memoryOf(pid, 'VmRSS')),
    peakMb: () => sum((pid) => memoryOf(pid, 'VmHWM')),
    resetPeak: () => {
      for (const pid of pids()) writeFileSync(`/proc/${pid}/clear_refs`, '5');
    },
  };
}

function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

function memoryOf(pid: number, name: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN) / 1024;
}

/** Starts a program. `BENCH_VERBOSE` in the environment shows what it complains of. */
export function launch(command: readonly string[], env: Readonly<Record<string, string>> = {}): Measured {
  const child = Bun.spawn([...command], {
    env: { ...process.env, ...env },
    stdout: 'ignore',
    stderr: process.env['BENCH_VERBOSE'] === undefined ? 'ignore' : 'inherit',
  });
  return {
    pid: child.pid,
    ...watch(() => [child.pid]),
    stop: async () => {
      child.kill('SIGTERM');
      await child.exited;
    },
  };
}

/** The process on this machine that listens on a TCP port; undefined when there is none that we may look at. */
export function processOnPort(port: number): number | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    readFileSync(table, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${hex}`) && fields[3] === '0A') // 0A: listening
      .map((fields) => `socket:[${fields[9]}]`),
  );
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).find((pid) => filesOf(pid).some((file) => sockets.includes(file)));
}

function filesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    return []; // another user's, or over by now
  }
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
