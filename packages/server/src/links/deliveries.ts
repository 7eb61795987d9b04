import type { Ctx } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import type { Link } from '../core/link.ts';
import type { TreePath } from '../core/path.ts';
import type { Clock } from '../core/runtime.ts';
import { isLoopback } from '../http/client-address.ts';
import { extensionOf } from '../http/media-type.ts';
import { isPrivateHost } from '../http/private-host.ts';
import { encodePath } from '../http/request-path.ts';
import type { OpenFile } from '../vfs/view.ts';
import {
  decideDelivery,
  type Delivery,
  type DeliveryAsk,
  type DeliveryDoor,
  type DeliveryInput,
  downProxies,
  type EgressTraits,
  type LinkTraits,
} from './delivery.ts';
import type { EgressAddresses } from './egress-addresses.ts';
import { createFailedRedirects, type FailedRedirects } from './failed-redirects.ts';
import { weaknessOf } from './weak-clients.ts';

/** One request for a file, as a door sees it. */
export interface DeliveryRequest {
  readonly door: DeliveryDoor;
  /** What the request asks for (`askOf`). */
  readonly ask?: DeliveryAsk | undefined;
  /** From `knownClientAddress`; undefined when proxies hide it. */
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  /** From `cameByHttps`. */
  readonly secure: boolean;
  /** The `Range` header of a GET that is about to be answered. Absent when nothing is sent yet, as for `fs/get` and HEAD. */
  readonly range?: string | undefined;
}

/** What to do with a request, and with whose addresses that was decided. */
export interface DeliveryPlan extends Delivery {
  /** Where to send the client, for `redirect` and `proxy_url`: an absolute http(s) URL of printable ASCII. */
  readonly location?: string;
  /** The client's address and the one that the storage's requests come from, as far as known. */
  readonly client?: string;
  readonly egress?: string;
}

/** Decides how files reach clients, with all that the decision needs at hand. */
export interface Deliveries {
  /**
   * Decides about one request. Asks for a link only when the decision rests on one, and notes who is redirected.
   *
   * A `redirect` or `proxy_url` goes out as a 302 to `location`; anything else is sent by `sendFile`.
   *
   * @throws StorageError `protocol` when the cloud's address is none that a client could follow; whatever `file.link` throws.
   */
  plan(file: OpenFile, request: DeliveryRequest, ctx: Ctx): Promise<DeliveryPlan>;
}

export interface DeliveriesOptions {
  readonly clock: Clock;
  /** Setting `proxy_types`: extensions with commas. */
  readonly proxyTypes: () => string;
  readonly addresses: EgressAddresses;
  /** Whether a way out is direct or leads through a proxy. */
  readonly kindOf: (egress: string) => EgressTraits['kind'];
  /** Whether this machine holds a public address. */
  readonly serverIsPublic: boolean;
  /** Signs a full path, for download proxies. */
  readonly sign: (fullPath: TreePath) => string;
}

/** The `ask` of a query: `via=proxy` and `via=redirect` are ours, `d` keeps a download proxy from being sent to itself (API reference §4.5). */
export function askOf(query: URLSearchParams, otherwise?: DeliveryAsk): DeliveryAsk | undefined {
  if (query.has('d') || query.get('via') === 'proxy') return 'here';
  return otherwise ?? (query.get('via') === 'redirect' ? 'redirect' : undefined);
}

export function createDeliveries(options: DeliveriesOptions): Deliveries {
  const failed = createFailedRedirects(options.clock);
  return {
    async plan(file, request, ctx) {
      const before = inputOf(file, request, options, failed);
      const early = decideDelivery(before);
      if (early !== undefined) return planOf(early, before, file, options);
      const link = followable(await file.link('download', ctx));
      const input = withLink(before, link, file, options);
      const decided = decideDelivery(input) ?? UNDECIDED;
      if (decided.mode !== 'redirect') return planOf(decided, input, file, options);
      const visit = { client: clientKey(request), file: fileKey(file), range: request.range };
      if (request.ask === 'redirect' || !failed.cameBack(visit)) {
        return { ...planOf(decided, input, file, options), location: link.url };
      }
      const again = { ...input, client: { ...input.client, redirectsFailed: true } };
      return planOf(decideDelivery(again) ?? UNDECIDED, again, file, options);
    },
  };
}

/** With a link at hand there is always a decision; should there be none, the gateway is never wrong. */
const UNDECIDED: Delivery = { mode: 'proxy', code: 'asked_gateway', reason: '' };

function clientKey({ address, userAgent }: DeliveryRequest): string {
  return `${address ?? '?'} ${userAgent?.slice(0, 256) ?? ''}`;
}

/** A file's other version lies under the same path, and is another file. */
function fileKey({ node, variant }: OpenFile): string {
  return JSON.stringify([node.fullPath, variant]);
}

function inputOf(
  file: OpenFile,
  request: DeliveryRequest,
  options: DeliveriesOptions,
  failed: FailedRedirects,
): DeliveryInput {
  const { address, secure, door, ask } = request;
  const weakness = weaknessOf(request.userAgent, door);
  const types = options.proxyTypes().toLowerCase().split(',');
  const extension = extensionOf(file.node.entry.name);
  return {
    policy: file.storage,
    door,
    ...(ask === undefined ? {} : { ask }),
    size: file.node.entry.size,
    typeProxied: extension !== '' && types.some((type) => type.trim() === extension),
    link: file.source === 'read' ? 'none' : 'unasked',
    client: {
      ...(address === undefined ? {} : { address }),
      ...(weakness === undefined ? {} : { weakness }),
      secure,
      redirectsFailed: failed.has(clientKey(request)),
    },
    egress: { kind: options.kindOf(file.egress) },
    serverIsPublic: options.serverIsPublic,
  };
}

/** What a link adds. Where it is bound to the egress, that has an address worth knowing. */
function withLink(
  input: DeliveryInput,
  link: Link,
  file: OpenFile,
  { addresses }: DeliveriesOptions,
): DeliveryInput {
  const traits = linkTraits(link);
  if (traits.boundTo === 'nobody') return { ...input, link: traits };
  const { egress, fileEgress, askCloud } = file;
  const address = addresses.of({ egress, ...(askCloud === undefined ? {} : { askCloud }) });
  // The cloud tells only where calls come from.
  const filesFrom = fileEgress === undefined ? undefined : addresses.of({ egress: fileEgress });
  const known = {
    ...(address === undefined ? {} : { address }),
    ...(filesFrom === undefined ? {} : { filesFrom }),
  };
  return { ...input, link: traits, egress: { ...input.egress, ...known } };
}

function linkTraits(link: Link): LinkTraits {
  const url = URL.parse(link.url);
  return {
    boundTo: link.boundTo,
    secure: url?.protocol === 'https:',
    needsHeaders: Object.keys(link.headers).length > 0,
    cut: link.playableBytes !== undefined,
    host: hostOf(url),
  };
}

function hostOf(url: URL | null): LinkTraits['host'] {
  if (url === null || !isPrivateHost(url)) return 'public';
  return url.hostname === 'localhost' || isLoopback(url.hostname) ? 'loopback' : 'private';
}

function planOf(
  delivery: Delivery,
  { client, egress }: DeliveryInput,
  file: OpenFile,
  options: DeliveriesOptions,
): DeliveryPlan {
  return {
    ...delivery,
    ...(delivery.mode === 'proxy_url' ? { location: asciiUrl(downProxyUrl(file, options.sign)) } : {}),
    ...(client.address === undefined ? {} : { client: client.address }),
    ...(egress.address === undefined ? {} : { egress: egress.address }),
  };
}

/**
 * A file's address at its storage's download proxy (API reference §5.2). Of several proxies each file has its own, so that films spread
 * over them and one film stays where it began.
 */
function downProxyUrl({ node, storage }: OpenFile, sign: (fullPath: TreePath) => string): string {
  const bases = downProxies(storage);
  const base = bases[spread(node.fullPath) % bases.length] ?? '';
  const query = storage.downProxySign ? `?sign=${sign(node.fullPath)}` : '';
  return `${base}${encodePath(node.fullPath)}${query}`;
}

function spread(text: string): number {
  let sum = 0;
  for (let i = 0; i < text.length; i += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) >>> 0;
  return sum;
}

function followable(link: Link): Link {
  return { ...link, url: asciiUrl(link.url) };
}

/** @throws StorageError `protocol` for what no client could follow, a line break in it among that */
function asciiUrl(location: string): string {
  const url = URL.parse(location);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new StorageError('protocol', 'the cloud gave an address that is none');
  }
  return /^[!-~]+$/.test(location) ? location : url.href;
}
