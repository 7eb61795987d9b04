import { StorageError } from '../core/errors.ts';
import type { HttpClient } from '../core/http-client.ts';
import type { Log } from '../core/runtime.ts';
import { type NamedEgress, parseRoute, type Route } from './route.ts';
import { createTransport, type Transport } from './transport.ts';

export type { NamedEgress } from './route.ts';

/** Ways out with connections of their own; the one unused longest makes room. */
const MAX_TRANSPORTS = 64;

/** Every way out of the process. */
export interface Egress {
  /**
   * A client that leaves through `egress`: '' directly, the URL of an HTTP or SOCKS5 proxy, or a name given to `createEgress`.
   * Storages with the same value share its connections. Connects to nothing by itself.
   * @throws StorageError `misconfigured` for any other value.
   */
  http(egress: string): HttpClient;
  /** Whether requests leave from this machine itself or from a proxy. A value that can't be used counts as direct: nothing leaves by it. */
  kindOf(egress: string): 'direct' | 'proxied';
  /** Cuts all connections. Requests after that are `unavailable`. Safe to call twice. */
  close(): void;
}

/**
 * Outbound HTTP with connections kept alive, certificates always checked and redirects not followed: on node:http and node:https, and for bulk
 * requests on the runtime's own sockets (decision 0017). Knows no limit on parallel requests but 1024 sockets to one host, and none for bulk
 * requests, whose number is the business of `links/connection-slots.ts`.
 */
export function createEgress(options: {
  readonly named?: Readonly<Record<string, NamedEgress>>;
  readonly log: Log;
}): Egress {
  const named = new Map(Object.entries(options.named ?? {}));
  const transports = new Map<string, Transport>(); // the longest unused first
  const leaving = new Set<Transport>(); // retired, with bodies still running
  let closed = false;

  const retireOldest = (): void => {
    const [oldest] = transports;
    if (oldest === undefined) return;
    const [egress, transport] = oldest;
    transports.delete(egress);
    transport.retire();
    for (const old of leaving) if (old.active() === 0) leaving.delete(old);
    if (transport.active() > 0) leaving.add(transport);
    options.log.debug({ limit: MAX_TRANSPORTS }, 'retired the connections of the egress unused longest');
  };

  const transportOf = (egress: string, route: Route): Transport => {
    if (closed) throw new StorageError('unavailable', 'The gateway is shutting down.', { retry: 'later' });
    const transport = transports.get(egress) ?? createTransport(route);
    transports.delete(egress);
    transports.set(egress, transport);
    if (transports.size > MAX_TRANSPORTS) retireOldest();
    return transport;
  };

  return {
    http(value) {
      const egress = value.trim();
      const route = parseRoute(egress, named);
      return { request: async (request) => transportOf(egress, route).request(request) };
    },
    kindOf(value) {
      try {
        const { kind } = parseRoute(value.trim(), named);
        return kind === 'direct' || kind === 'pinned' ? 'direct' : 'proxied';
      } catch (error) {
        if (error instanceof StorageError) return 'direct';
        throw error;
      }
    },
    close() {
      closed = true;
      for (const transport of [...transports.values(), ...leaving]) transport.close();
      transports.clear();
      leaving.clear();
    },
  };
}
