import { waitOrAbort } from '../../core/abort.ts';
import { type Destination, destinationOf } from '../destination.ts';
import type { Route } from '../route.ts';
import { tunnelThrough } from './http-proxy.ts';
import { Line } from './line.ts';
import { socksThrough } from './socks.ts';

/** Whether connections of our own can be made by a route: not through a proxy that is itself reached by TLS. */
export function canDial(route: Route): boolean {
  return route.kind !== 'tunnel' || route.proxy.protocol === 'http:';
}

/**
 * Connects to a URL's host by a route, certificates checked.
 * @throws StorageError for a proxy's refusal; the runtime's errors; AbortError
 */
export async function dial(route: Route, url: URL, signal: AbortSignal): Promise<Line> {
  const to = destinationOf(url, route);
  const line = new Line();
  try {
    await waitOrAbort(reach(line, route, to), signal);
    return line;
  } catch (error) {
    line.cut();
    throw error;
  }
}

async function reach(line: Line, route: Route, { trust, ...to }: Destination): Promise<void> {
  if (route.kind === 'direct' || route.kind === 'pinned') return line.connect(to.host, to.port, trust);
  const { hostname, port, protocol } = route.proxy;
  const defaultPort = protocol === 'http:' ? 80 : 1080;
  await line.connect(hostname.replace(/^\[|\]$/g, ''), Number(port) || defaultPort);
  if (route.kind === 'tunnel') await tunnelThrough(line, route, to);
  else await socksThrough(line, route.proxy, to);
  if (trust !== undefined) await line.secure(trust);
}
