import type { IncomingMessage } from 'node:http';
import type { Ctx } from '../../core/driver.ts';
import { clientAddress, requestOrigin } from '../../http/client-address.ts';
import { parseTarget } from '../../http/request-path.ts';
import type { DoorContext } from '../context.ts';
import { visitorOf } from '../visitor.ts';
import type { Caller } from './route.ts';

/** Who asks, by all that a request says beside its fields. @param signal fires when the client has left */
export function callerOf(
  req: IncomingMessage,
  signal: AbortSignal,
  { trusted }: Pick<DoorContext, 'trusted'>,
): Caller {
  const { headers, socket, url = '/' } = req;
  const peer = { remoteAddress: socket.remoteAddress, headers };
  const address = clientAddress(peer, trusted);
  const userAgent = headers['user-agent'];
  const client = { address, ...(userAgent === undefined ? {} : { userAgent }) };
  const ctx: Ctx = { signal, priority: 'browse', client };
  return {
    address,
    origin: requestOrigin({ ...peer, encrypted: false }, trusted),
    visitor: visitorOf(req, trusted),
    clientId: textOf(headers['client-id']) ?? parseTarget(url).query.get('client_id') ?? undefined,
    authorization: headers.authorization,
    ctx,
  };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}
