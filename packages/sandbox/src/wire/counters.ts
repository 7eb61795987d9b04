import { pathPattern } from './path-pattern.ts';

/** What the wire has seen since its start or last reset. */
export interface Counters {
  /** One request to an emulated host; `path` without query. */
  onRequest(method: string, path: string): void;
  /** Bytes of a body that the CDN has handed to a connection. */
  onBytes(count: number): void;
  /** By `METHOD /path/{id}`. */
  requests(): Readonly<Record<string, number>>;
  bytes(): number;
  reset(): void;
}

/** Clients may ask for anything, so what is unheard of shares one row once there are this many. */
const MAX_PATTERNS = 300;
const REST = '(other)';

/** Counters at zero. */
export function createCounters(): Counters {
  const requests = new Map<string, number>();
  let bytes = 0;
  return {
    onRequest: (method, path) => {
      const pattern = `${method} ${pathPattern(path)}`;
      const key = requests.has(pattern) || requests.size < MAX_PATTERNS ? pattern : REST;
      requests.set(key, (requests.get(key) ?? 0) + 1);
    },
    onBytes: (count) => {
      bytes += count;
    },
    requests: () => Object.fromEntries(requests),
    bytes: () => bytes,
    reset: () => {
      requests.clear();
      bytes = 0;
    },
  };
}
