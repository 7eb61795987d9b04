import type { Route } from '../route.ts';
import { proxyRefusal } from '../transport-errors.ts';
import type { Line } from './line.ts';

/**
 * Asks an HTTP proxy to connect to a host (RFC 9110 §9.3.6). After it the line leads there.
 * @throws StorageError when the proxy refuses; Error when it breaks off
 */
export async function tunnelThrough(
  line: Line,
  { authorization }: Extract<Route, { kind: 'tunnel' }>,
  to: { readonly host: string; readonly port: number },
): Promise<void> {
  const host = to.host.includes(':') ? `[${to.host}]` : to.host;
  const target = `${host}:${to.port}`;
  const login = authorization === undefined ? '' : `Proxy-Authorization: ${authorization}\r\n`;
  const ask = `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${login}\r\n`;
  const reply = await line.converse(Buffer.from(ask, 'latin1'), (got) => got.includes('\r\n\r\n'));
  const status = /^HTTP\/1\.[01] (\d{3})\b/.exec(reply.toString('latin1'))?.[1];
  if (status === undefined) throw new Error('the proxy does not speak HTTP');
  if (!status.startsWith('2')) throw proxyRefusal(Number(status));
}
