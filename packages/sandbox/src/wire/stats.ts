import type { CloudStats } from '../types.ts';

/** What the sandbox has seen since its start or last reset. */
export interface SandboxStats extends CloudStats {
  /** Requests by `METHOD /path/{id}`; the control interface is not among them. */
  readonly requests: Readonly<Record<string, number>>;
  /** Downloads in progress. */
  readonly openCdnConnections: number;
  /** Bytes of bodies that the CDN has handed to connections. */
  readonly cdnBytes: number;
}
