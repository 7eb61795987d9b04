import type { Watched } from './process.ts';

/** Our own name among the contenders. */
export const OURS = 'sluice';

/** Where something can be fetched. */
export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A server under measurement: ours, or a peer that serves the same files. Paths are ours; a peer maps them to its own. */
export interface Contender {
  readonly name: string;
  /** Absent when it runs where it can't be watched: only what is seen from outside is measured then. */
  readonly process: Watched | undefined;
  /** A file, its bytes coming through the server. */
  readonly download: (path: string) => Promise<Target>;
  /** A file, the server answering with a redirect. Absent where the server never does. */
  readonly redirect?: (path: string) => Promise<Target>;
  /** One listing of a whole folder, by the server's own protocol; resolves when its last byte is there. */
  readonly list: (path: string) => Promise<void>;
  /** The same by WebDAV, where the server speaks it. */
  readonly propfind?: (path: string) => Promise<void>;
}

/** A path with each segment encoded. */
export function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
