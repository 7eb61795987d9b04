import { LRUCache } from 'lru-cache';
import { isAbort, StorageError } from '../core/errors.ts';
import type { HttpClient } from '../core/http-client.ts';
import type { Clock, Log } from '../core/runtime.ts';
import { canonicalAddress } from '../http/client-address.ts';

/** A way out, and who can tell as which address it comes out. */
export interface WayOut {
  /** As the storage's settings have it; '' for direct. */
  readonly egress: string;
  /** The storage's own cloud, when it tells callers their address. */
  readonly askCloud?: (signal: AbortSignal) => Promise<string | undefined>;
}

/** Knows as which public address requests come out of a way out. */
export interface EgressAddresses {
  /**
   * The address, as far as it is known at this moment; never waits. Unknown ones are looked up meanwhile, for the next who asks.
   */
  of(way: WayOut): string | undefined;
}

export interface EgressAddressOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Leaves by the way out of that name. */
  readonly http: (egress: string) => HttpClient;
  /** Setting `egress_addresses`: `address` for direct, or `egress address`, one a line. Goes before what is looked up. */
  readonly byHand: () => string;
  /** Setting `egress_echo_url`: a page that answers with the caller's address. '' asks nobody. */
  readonly echoUrl: () => string;
}

const KEPT_MS = 15 * 60_000;
const RETRY_MS = 60_000;
const LOOKUP_MS = 10_000;
const MAX_WAYS = 256;
const MAX_ECHO_BYTES = 4096;

interface Known {
  readonly address: string | undefined;
  /** When to look again. */
  readonly until: number;
}

/**
 * In this order: what the operator wrote; the echo page, when one is set; the storage's own cloud. No third host is asked without the
 * operator's will. What was found holds for a quarter of an hour; until then and while it is looked up anew, the last answer counts.
 */
export function createEgressAddresses(options: EgressAddressOptions): EgressAddresses {
  const { clock, log } = options;
  const known = new LRUCache<string, Known>({ max: MAX_WAYS });
  const underWay = new Set<string>();

  async function refresh(way: WayOut): Promise<void> {
    underWay.add(way.egress);
    const before = known.get(way.egress)?.address;
    try {
      const address = await lookUp(way, options);
      known.set(way.egress, { address, until: clock.now() + (address === undefined ? RETRY_MS : KEPT_MS) });
    } catch (error) {
      log.debug({ reason: String(error) }, 'the address of an egress could not be learned');
      known.set(way.egress, { address: before, until: clock.now() + RETRY_MS });
    } finally {
      underWay.delete(way.egress);
    }
  }

  return {
    of(way) {
      const written = addressByHand(options.byHand(), way.egress);
      if (written !== undefined) return written;
      const found = known.get(way.egress);
      const due = found === undefined || clock.now() >= found.until;
      const asks = way.askCloud !== undefined || options.echoUrl() !== '';
      if (due && asks && !underWay.has(way.egress) && underWay.size < MAX_WAYS) void refresh(way);
      return found?.address;
    },
  };
}

/** The address that the operator wrote down for a way out; undefined when there is none. */
export function addressByHand(text: string, egress: string): string | undefined {
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    const [name, address] = words.length === 1 ? ['', words[0]] : words;
    if (name === egress && address !== undefined && address !== '') return canonicalAddress(address);
  }
  return undefined;
}

async function lookUp(
  { egress, askCloud }: WayOut,
  { echoUrl, http }: EgressAddressOptions,
): Promise<string | undefined> {
  const signal = AbortSignal.timeout(LOOKUP_MS);
  const page = echoUrl();
  const echoed = page === '' ? undefined : await echo(http(egress), page, signal);
  return echoed ?? canonicalAddress((await askCloud?.(signal)) ?? '');
}

/** The first address in what the page says: plain text, or JSON with the address as a value. */
async function echo(transport: HttpClient, url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { status, body } = await transport.request({ method: 'GET', url, signal });
    let text = '';
    for await (const chunk of body) {
      text += String(chunk);
      if (text.length > MAX_ECHO_BYTES) break;
    }
    if (status !== 200) return undefined;
    for (const word of text.split(/[\s"',{}<>=]+/)) {
      const address = canonicalAddress(word);
      if (address !== undefined) return address;
    }
    return undefined;
  } catch (error) {
    if (isAbort(error) || error instanceof StorageError) return undefined;
    throw error;
  }
}
