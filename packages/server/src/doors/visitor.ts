import type { IncomingMessage } from 'node:http';
import { cameByHttps, knownClientAddress, type TrustedProxies } from '../http/client-address.ts';
import type { DeliveryRequest } from '../links/deliveries.ts';

/** What a decision about delivery needs to know of whoever sent a request. */
export type Visitor = Pick<DeliveryRequest, 'address' | 'userAgent' | 'secure'>;

export function visitorOf(req: IncomingMessage, trusted: TrustedProxies): Visitor {
  const peer = { remoteAddress: req.socket.remoteAddress, headers: req.headers };
  return {
    address: knownClientAddress(peer, trusted),
    userAgent: req.headers['user-agent'],
    // The listener itself speaks plain HTTP alone; only a proxy in front can have been reached by TLS.
    secure: cameByHttps({ ...peer, encrypted: false }, trusted),
  };
}

/** The range that a GET asks for, in its own words; undefined for everything else. */
export function wantedRange(req: IncomingMessage): string | undefined {
  return req.method === 'GET' ? req.headers.range : undefined;
}
