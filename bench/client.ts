import { type IncomingMessage, request } from 'node:http';
import { once } from 'node:events';
import type { Target } from './contender.ts';

/** Opens a GET; gives the response whose body has not been read. @throws when the status is not 200 or 206. */
export async function open({ url, headers }: Target, range?: string): Promise<IncomingMessage> {
  const sent = request(url, { headers: range === undefined ? headers : { ...headers, range }, agent: false });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200 && response.statusCode !== 206) {
    response.destroy();
    throw new Error(`${new URL(url).pathname} answered ${response.statusCode}`);
  }
  return response;
}

/** Reads a body to its end and gives its length in bytes. */
export async function drain(response: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of response) bytes += (chunk as Uint8Array).length;
  return bytes;
}

/** Reads about `bytesPerSecond` until `until` (performance time), then leaves. */
export async function sip(response: IncomingMessage, bytesPerSecond: number, until: number): Promise<void> {
  response.on('error', () => {}); // leaving in mid-body is the point
  for await (const chunk of response) {
    if (performance.now() > until) break;
    await Bun.sleep(((chunk as Uint8Array).length / bytesPerSecond) * 1000);
  }
  response.destroy();
}
