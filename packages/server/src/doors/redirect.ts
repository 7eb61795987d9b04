import type { ServerResponse } from 'node:http';
import { DOWNLOAD_CORS, NEVER_STORE, setHeaders } from '../http/headers.ts';
import type { DeliveryPlan } from '../links/deliveries.ts';

/** Sends a client to where a plan leads (API reference §4.4). @param location as a plan has it: printable ASCII */
export function sendRedirect(res: ServerResponse, location: string): void {
  setHeaders(res, {
    ...DOWNLOAD_CORS,
    Location: location,
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': NEVER_STORE,
    'Content-Length': '0',
  });
  res.statusCode = 302;
  res.end();
}

/** Tells how a file is delivered and why. For users who signed in: it says something of the storage's settings. */
export function tellDelivery(res: ServerResponse, { mode, code }: DeliveryPlan): void {
  res.setHeader('X-Sluice-Delivery', `${mode}; reason=${code}`);
}
