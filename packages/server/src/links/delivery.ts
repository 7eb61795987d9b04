import type { DeliveryPolicy } from '../core/storage-record.ts';
import { canonicalAddress, isLocalAddress, isLoopback } from '../http/client-address.ts';

/** How a file's bytes reach a client: from the cloud itself, through the gateway, or through the storage's own download proxy. */
export type DeliveryMode = 'redirect' | 'proxy' | 'proxy_url';

/** Whom a file is for: a page that plays it, whoever follows `/d` or `/p`, or a WebDAV client. */
export type DeliveryDoor = 'web' | 'download' | 'webdav';

/**
 * What the request itself asks for. `gateway`: not straight from the cloud. `here`: from the gateway's own hands, no download proxy
 * either. `redirect`: straight from the cloud, even where that may fail.
 */
export type DeliveryAsk = 'gateway' | 'here' | 'redirect';

/** What a link means for whoever would follow it. */
export interface LinkTraits {
  readonly boundTo: 'nobody' | 'egress';
  /** Whether its scheme is https. */
  readonly secure: boolean;
  readonly needsHeaders: boolean;
  /** Whether less than the file is served there. */
  readonly cut: boolean;
  /** Where its host is, by its words: in the open, in a private network, or on whatever machine it is read. */
  readonly host: 'public' | 'private' | 'loopback';
}

/** What is known of a client. */
export interface ClientTraits {
  /** Absent when proxies stand between that are not trusted to name it. */
  readonly address?: string;
  /** Whether it reached the gateway by https. */
  readonly secure: boolean;
  /** Why it is known to be no good at following redirects at this door; absent when nothing is known. */
  readonly weakness?: string;
  /** Whether it came back from a redirect as if that had failed. */
  readonly redirectsFailed: boolean;
}

/** By which way a storage's calls to its cloud leave: a bound link is bound to the address that asked for it (protocol reference §3.4). */
export interface EgressTraits {
  readonly kind: 'direct' | 'proxied';
  /** The address they come from, as the world sees it; absent while unknown. */
  readonly address?: string;
  /** The address that the gateway fetches files from, where they have a way out of their own and it is known. */
  readonly filesFrom?: string;
}

export interface DeliveryInput {
  readonly policy: Pick<DeliveryPolicy, 'webProxy' | 'webdavPolicy' | 'downProxyUrl'>;
  readonly door: DeliveryDoor;
  readonly ask?: DeliveryAsk;
  /** Bytes of the file. */
  readonly size: number;
  /** Whether its extension is one that always goes through the gateway (setting `proxy_types`). */
  readonly typeProxied: boolean;
  /** `none`: the storage gives bytes, not links. `unasked`: there would be one, but nobody has asked for it yet. */
  readonly link: LinkTraits | 'none' | 'unasked';
  readonly client: ClientTraits;
  readonly egress: EgressTraits;
  /** Whether the gateway's own machine holds a public address: then private clients do not share one with it. */
  readonly serverIsPublic: boolean;
}

/** A decision, with why in a word for programs and in words for a person. */
export interface Delivery {
  readonly mode: DeliveryMode;
  readonly code: DeliveryCode;
  readonly reason: string;
}

const REASONS = {
  empty_file: 'The file is empty: there is nothing to fetch.',
  asked_gateway: 'This address asks for the gateway.',
  asked_redirect: 'This address asks to be sent straight to the cloud.',
  no_links: 'This storage gives bytes, not addresses.',
  storage_proxy: 'This storage is set to send everything through the gateway.',
  storage_proxy_url: 'This storage is set to send clients to its download proxy.',
  storage_redirect: 'This storage is set to send WebDAV clients straight to its cloud.',
  type_proxied: 'Files of this type always go through the gateway.',
  link_headers: 'Its cloud wants headers that no player sends, so the gateway fetches it.',
  link_cut:
    'The cloud serves only a part of this file, and the gateway sees to it that a part does not pass for the whole.',
  link_unreachable: 'The address of the file leads into a network that this client is not in.',
  mixed_content:
    'You came by https, and the cloud’s address is plain http, which browsers and players refuse.',
  client_weak: 'This client is known to fail when it is sent elsewhere.',
  redirect_failed:
    'This client was sent to the cloud and came back at once, so the gateway serves it from here.',
  link_free: 'The cloud’s address works for anyone.',
  same_address: 'The cloud’s address works only for the gateway’s own address, which is yours as well.',
  same_machine: 'The cloud’s address works only for this machine, and you are on it.',
  same_network: 'The cloud’s address works only for the gateway’s own network, and you are in it.',
  client_hidden:
    'The cloud’s address works only for the gateway’s own address, and a proxy in front that is not in SLUICE_TRUSTED_PROXIES hides yours.',
  egress_proxied: 'The cloud’s address works only for the proxy that this storage goes out by.',
  egress_unknown:
    'The cloud’s address works only for the gateway’s own public address, which is not known to be yours.',
  other_network:
    'The cloud’s address works only for the gateway’s own public address; you reach the gateway by a private network.',
  other_address: 'The cloud’s address works only for the gateway’s own address, which is not yours.',
} as const;

const FILES_ELSEWHERE =
  'The gateway may fail too: "Egress for files" comes out at another address than "Egress", for which the address was made.';

export type DeliveryCode = keyof typeof REASONS;

/**
 * Decides how a file reaches a client, for every door (design §8). Pure.
 *
 * The storage's policies are AList's (API reference §5.1): `web_proxy` speaks for the web and for `/d`, `webdav_policy` for WebDAV. With
 * `web_proxy` off, and with the WebDAV policy `auto`, the link decides: what anyone may follow is followed; what is bound to the
 * gateway's address goes to clients that leave by the same one. Whatever the policy, nobody is sent where he certainly fails.
 *
 * @returns undefined when the decision rests on a link that nobody has asked for yet (`link: 'unasked'`)
 */
export function decideDelivery(input: DeliveryInput): Delivery | undefined {
  const settled = byPolicy(input);
  if (settled !== undefined) return settled;
  if (input.link === 'unasked') return undefined;
  return input.link === 'none' ? offloaded(input, 'no_links') : byLink(input, input.link);
}

/** The download proxies of a storage: one a line, freed of what people leave at the end of a line (API reference §5.2). */
export function downProxies({ downProxyUrl }: Pick<DeliveryPolicy, 'downProxyUrl'>): string[] {
  return downProxyUrl
    .split('\n')
    .map((line) => line.trim().replace(/\/+$/, ''))
    .filter((line) => line !== '');
}

function decide(mode: DeliveryMode, code: DeliveryCode, more = ''): Delivery {
  return { mode, code, reason: `${REASONS[code]}${more}` };
}

/** What is settled before there is a link. */
function byPolicy(input: DeliveryInput): Delivery | undefined {
  const { policy, door, ask } = input;
  if (input.size === 0) return decide('proxy', 'empty_file'); // clouds may have no link for it (protocol reference §3.3)
  if (ask === 'here') return decide('proxy', 'asked_gateway');
  if (door === 'webdav') {
    if (policy.webdavPolicy === 'native_proxy') return decide('proxy', 'storage_proxy');
    if (policy.webdavPolicy === 'use_proxy_url') return offloaded(input, 'storage_proxy_url');
  } else if (policy.webProxy) return offloaded(input, 'storage_proxy');
  if (input.link === 'none') return undefined;
  if (ask === 'gateway') return decide('proxy', 'asked_gateway');
  return door === 'download' && input.typeProxied ? decide('proxy', 'type_proxied') : undefined;
}

/** Through the storage's download proxy where it names one and the client can be sent there; else through the gateway. */
function offloaded(input: DeliveryInput, why: 'no_links' | 'storage_proxy' | 'storage_proxy_url'): Delivery {
  const webdavWants = input.door !== 'webdav' || why === 'storage_proxy_url';
  const named = downProxies(input.policy).length > 0 && webdavWants;
  if (named) return weakness(input) ?? decide('proxy_url', 'storage_proxy_url');
  return decide('proxy', why === 'storage_proxy_url' ? 'storage_proxy' : why);
}

function weakness({ client }: DeliveryInput): Delivery | undefined {
  if (client.weakness !== undefined) return decide('proxy', 'client_weak', ` ${client.weakness}`);
  return client.redirectsFailed ? decide('proxy', 'redirect_failed') : undefined;
}

function byLink(input: DeliveryInput, link: LinkTraits): Delivery {
  const { client, door, policy } = input;
  if (link.needsHeaders) return decide('proxy', 'link_headers');
  if (link.cut) return decide('proxy', 'link_cut');
  if (client.secure && !link.secure) return decide('proxy', 'mixed_content');
  if (!isNear(client.address, link.host)) return decide('proxy', 'link_unreachable');
  if (input.ask === 'redirect') return decide('redirect', 'asked_redirect');
  const weak = weakness(input);
  if (weak !== undefined) return weak;
  if (door === 'webdav' && policy.webdavPolicy === '302_redirect')
    return decide('redirect', 'storage_redirect');
  return link.boundTo === 'nobody'
    ? decide('redirect', 'link_free')
    : withDoubt(byAddress(input), input.egress);
}

/** The gateway fetches, but not as the one to whom the link is bound: said beforehand, as the cloud may well refuse it. */
function withDoubt(decided: Delivery, { address, filesFrom }: EgressTraits): Delivery {
  const apart = address !== undefined && filesFrom !== undefined && !isSameAddress(address, filesFrom);
  return decided.mode === 'proxy' && apart
    ? { ...decided, reason: `${decided.reason} ${FILES_ELSEWHERE}` }
    : decided;
}

function isSameAddress(one: string, other: string): boolean {
  return (canonicalAddress(one) ?? one) === (canonicalAddress(other) ?? other);
}

/** Whether a client can be where a link leads. */
function isNear(address: string | undefined, host: LinkTraits['host']): boolean {
  if (host === 'public') return true;
  if (address === undefined) return false;
  return host === 'loopback' ? isLoopback(address) : isLocalAddress(address);
}

/** For a link that works only from the storage's egress: whether the client leaves by the same address. */
function byAddress({ client, egress, serverIsPublic }: DeliveryInput): Delivery {
  if (client.address === undefined) return decide('proxy', 'client_hidden');
  const address = canonicalAddress(client.address) ?? client.address;
  const known = egress.address === undefined ? undefined : canonicalAddress(egress.address);
  if (known === address) return decide('redirect', 'same_address');
  if (egress.kind === 'proxied') return decide('proxy', 'egress_proxied');
  // A cloud that sees a private address stands in the gateway's own network, where nobody shares another's address.
  if (known !== undefined && isLocalAddress(known)) return decide('proxy', 'other_address');
  if (isLoopback(address)) return decide('redirect', 'same_machine');
  if (isLocalAddress(address)) {
    return serverIsPublic ? decide('proxy', 'other_network') : decide('redirect', 'same_network');
  }
  return decide('proxy', known === undefined ? 'egress_unknown' : 'other_address');
}
