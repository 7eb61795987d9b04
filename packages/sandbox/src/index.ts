import { writeFile } from 'node:fs/promises';
import { createCloud, createFaults, type Faults } from './cloud/index.ts';
import { createMedia } from './media/index.ts';
import type { CloudWithStore, VirtualClock } from './types.ts';
import { makeCertificates } from './wire/certificates.ts';
import { createClock } from './wire/clock.ts';
import { createConnectionLimits, UNLIMITED } from './wire/connection-limits.ts';
import { createCounters } from './wire/counters.ts';
import { createFront, createPlainFront, type FrontParts } from './wire/front.ts';
import { SandboxStartError } from './wire/listen.ts';
import { openDoors, reserveCdn } from './wire/doors.ts';
import type { SandboxStats } from './wire/stats.ts';

export type { Fault, FaultMatch, FaultRule, Faults } from './cloud/index.ts';
export { createSandboxMaker, type InProcessAnswer, type InProcessSandbox } from './in-process.ts';
export type { Caller, Cloud, CloudWithStore, InspectedItem, VirtualClock } from './types.ts';
export { SandboxStartError } from './wire/listen.ts';
export type { SandboxStats } from './wire/stats.ts';

/** How a sandbox is started. Ports are 0 unless said: any free one. */
export interface SandboxOptions {
  /** Where to listen; 127.0.0.1 unless said. */
  readonly host?: string;
  /** HTTPS for every host of the emulated cloud, and the control interface. */
  readonly port?: number;
  /** `CONNECT` proxy whose callers come from 203.0.113.9, region `asia`. */
  readonly proxyPort?: number;
  /** `CONNECT` proxy whose callers come from 198.51.100.7, region `eu`. */
  readonly proxyPortEu?: number;
  /** Plain HTTP for downloads, thumbnails and the human check. */
  readonly cdnPort?: number;
  /** Where to write the certificate of the authority that clients must trust. */
  readonly caFile?: string;
  /** What the cloud holds; `standard` unless said. */
  readonly seed?: string;
  /** Whether links lead to the plain port, so that a browser that does not trust the authority can follow them. */
  readonly httpLinks?: boolean;
  /** How long links live, in milliseconds; a day unless said. */
  readonly linkLifeMs?: number;
  /** Where items from the trash go; where they lay unless said. Reports differ (protocol reference §3.8). */
  readonly untrashTo?: 'origin' | 'root';
  /** Whether the CDN refuses downloads beyond the observed limits, as the real one does; true unless said. */
  readonly connectionLimits?: boolean;
  /** Cuts every original that is read through a share at this part of it, and says so only when `told` (protocol reference §6.4). */
  readonly sharedCut?: { readonly part: number; readonly told: boolean };
}

/** A sandbox that runs. */
export interface Sandbox {
  readonly port: number;
  readonly proxyPort: number;
  readonly proxyPortEu: number;
  readonly cdnPort: number;
  /** Certificate of the authority, as PEM text. */
  readonly caPem: string;
  readonly cloud: CloudWithStore;
  readonly faults: Faults;
  readonly clock: VirtualClock;
  stats(): SandboxStats;
  /** Cuts every connection, frees the ports and removes uploaded bytes from disk. */
  stop(): Promise<void>;
}

/**
 * Starts the stand-in for the PikPak cloud on loopback.
 *
 * @throws SandboxStartError when a port is taken, the seed is not known or the CA file can't be written
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1';
  const certificates = await makeCertificates();
  const cdn = await reserveCdn(host, options.cdnPort ?? 0);
  try {
    const parts = await createParts(options, cdn.url);
    const doors = await openDoors({
      host,
      ports: { tls: options.port ?? 0, asia: options.proxyPort ?? 0, eu: options.proxyPortEu ?? 0 },
      certificates,
      cdn,
      front: createFront(parts),
      plainFront: createPlainFront(parts),
      isObjectStoreHost: (name) => parts.cloud.isObjectStoreHost(name),
    });
    try {
      if (options.caFile !== undefined) await writeCa(options.caFile, certificates.caPem);
    } catch (error) {
      await doors.close();
      throw error;
    }
    return {
      port: doors.tlsPort,
      proxyPort: doors.asiaPort,
      proxyPortEu: doors.euPort,
      cdnPort: cdn.port,
      caPem: certificates.caPem,
      cloud: parts.cloud,
      faults: parts.control.faults,
      clock: parts.control.clock,
      stats: () => parts.control.stats(),
      stop: async () => {
        await doors.close();
        await cdn.close();
        await parts.cloud.close();
      },
    };
  } catch (error) {
    await cdn.close();
    throw error;
  }
}

async function createParts(options: SandboxOptions, cdnUrl: string): Promise<FrontParts> {
  const clock = createClock();
  const faults = createFaults();
  const counters = createCounters();
  const limits = createConnectionLimits(options.connectionLimits === false ? UNLIMITED : undefined);
  let seed = options.seed ?? 'standard';
  const cloud = await seededCloud({
    clock,
    faults,
    seed,
    media: createMedia(),
    rules: {
      ...(options.linkLifeMs === undefined ? {} : { linkLifeMs: options.linkLifeMs }),
      ...(options.untrashTo === undefined ? {} : { untrashTo: options.untrashTo }),
      ...(options.sharedCut === undefined ? {} : { sharedCut: options.sharedCut }),
    },
    ...(options.httpLinks ? { linkBase: cdnUrl, challengeBase: cdnUrl } : {}),
  });
  return {
    cloud,
    counters,
    cdn: { cloud, faults, clock, limits, counters },
    control: {
      clock,
      faults,
      stats: () => ({
        ...cloud.stats(),
        requests: counters.requests(),
        openCdnConnections: limits.open(),
        cdnBytes: counters.bytes(),
      }),
      reseed: async (name = seed) => {
        await cloud.reset(name);
        seed = name;
        clock.reset();
        counters.reset();
      },
    },
  };
}

async function seededCloud(options: Parameters<typeof createCloud>[0]): Promise<CloudWithStore> {
  try {
    return await createCloud(options);
  } catch (error) {
    if (error instanceof RangeError) throw new SandboxStartError(error.message, { cause: error });
    throw error;
  }
}

async function writeCa(path: string, pem: string): Promise<void> {
  try {
    await writeFile(path, pem);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SandboxStartError(`the CA file can't be written: ${reason}`, { cause: error });
  }
}
