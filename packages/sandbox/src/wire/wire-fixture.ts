import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createFaults, type Faults } from '../cloud/index.ts';
import { mod251 } from '../media/mod251.ts';
import type { Blob, Caller, DownloadDecision } from '../types.ts';
import { answerDownload } from './cdn.ts';
import { type ConnectionLimits, createConnectionLimits } from './connection-limits.ts';
import { listen } from './listen.ts';

/** For tests: a CDN by itself, whose cloud allows whatever `allow` says. */
export interface CdnFixture {
  readonly port: number;
  readonly faults: Faults;
  readonly limits: ConnectionLimits;
  /** What the next requests are told; at first a file of 1000 bytes. */
  allow(decision: DownloadDecision): void;
  close(): Promise<void>;
}

export const LOCAL: Caller = { address: '127.0.0.1', region: 'local' };

/** A decision to hand out `blob`. */
export function allowed(blob: Blob, more: { cutAt?: number; owner?: string } = {}): DownloadDecision {
  return { ok: true, blob, owner: 'account:1', ...more };
}

/** Starts the CDN on a free port. */
export async function startCdn(): Promise<CdnFixture> {
  const faults = createFaults();
  const limits = createConnectionLimits();
  let decision = allowed(mod251(1000));
  const parts = {
    faults,
    limits,
    clock: { now: () => Date.UTC(2026, 0, 15) },
    counters: { onBytes: () => {} },
    cloud: { authorizeDownload: () => decision },
  };
  const server = createServer((req, res) => void answerDownload(parts, req, res, LOCAL));
  const listening = await listen(server, '127.0.0.1', 0);
  return {
    port: listening.port,
    faults,
    limits,
    allow: (next) => {
      decision = next;
    },
    close: () => listening.close(),
  };
}

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Sends one request on a connection of its own and reads until the server ends it, whatever the announced length. */
export async function ask(
  port: number,
  line: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  const socket = await open(port, line, { connection: 'close', ...headers });
  const chunks: Uint8Array[] = [];
  const stream: AsyncIterable<Uint8Array> = socket;
  for await (const chunk of stream) chunks.push(chunk);
  return parseAnswer(Buffer.concat(chunks));
}

/** Sends one request and gives the connection with its answer unread. */
export async function open(
  port: number,
  line: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const lines = Object.entries({ host: 'cdn.test', ...headers }).map(([name, value]) => `${name}: ${value}`);
  socket.write(`${[`${line} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`);
  return socket;
}

/** Takes an answer apart. */
export function parseAnswer(bytes: Buffer): RawAnswer {
  const end = bytes.indexOf('\r\n\r\n');
  const [first = '', ...lines] = bytes.subarray(0, end).toString().split('\r\n');
  const headers = Object.fromEntries(
    lines.map((text) => {
      const colon = text.indexOf(':');
      return [text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(first.split(' ')[1]), headers, body: bytes.subarray(end + 4) };
}

/** A promise that a test resolves when it has seen something. */
export function signal(): { readonly seen: Promise<void>; readonly fire: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { seen: promise, fire: resolve };
}
