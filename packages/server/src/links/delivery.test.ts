import { describe, expect, test } from 'bun:test';
import {
  type ClientTraits,
  decideDelivery,
  type DeliveryInput,
  downProxies,
  type EgressTraits,
  type LinkTraits,
} from './delivery.ts';

const FREE: LinkTraits = {
  boundTo: 'nobody',
  secure: true,
  needsHeaders: false,
  cut: false,
  host: 'public',
};
const BOUND: LinkTraits = { ...FREE, boundTo: 'egress' };
const PLAIN: LinkTraits = { ...FREE, secure: false };
const HEADERS: LinkTraits = { ...FREE, needsHeaders: true };
const CUT: LinkTraits = { ...FREE, cut: true };
const LAN_LINK: LinkTraits = { ...BOUND, secure: false, host: 'private' };
const LOOPBACK_LINK: LinkTraits = { ...BOUND, secure: false, host: 'loopback' };

const client = (address: string, more: Partial<ClientTraits> = {}): ClientTraits => ({
  address,
  secure: false,
  redirectsFailed: false,
  ...more,
});
const PUBLIC = '198.51.100.20';
const OWN = '203.0.113.5';
const LAN = '192.168.1.20';
const AT_HOME = client(LAN);
const AWAY = client(PUBLIC);
const HIDDEN: ClientTraits = { secure: false, redirectsFailed: false };
const WEAK = client(LAN, { weakness: 'It does not follow redirects.' });
const FAILED = client(LAN, { redirectsFailed: true });
const BY_HTTPS = client(LAN, { secure: true });

const DIRECT: EgressTraits = { kind: 'direct', address: OWN };
const UNKNOWN: EgressTraits = { kind: 'direct' };
const PROXIED: EgressTraits = { kind: 'proxied', address: OWN };
const PROXIED_UNKNOWN: EgressTraits = { kind: 'proxied' };

const AUTO = { webProxy: false, webdavPolicy: 'auto', downProxyUrl: '' } as const;
const WORKER = 'https://worker.test';
const WEB_PROXY = { ...AUTO, webProxy: true };
const WEB_WORKER = { ...WEB_PROXY, downProxyUrl: WORKER };
const NATIVE = { ...AUTO, webdavPolicy: 'native_proxy' } as const;
const REDIRECT = { ...AUTO, webdavPolicy: '302_redirect' } as const;
const USE_WORKER = { ...AUTO, webdavPolicy: 'use_proxy_url', downProxyUrl: WORKER } as const;
const USE_NOTHING = { ...USE_WORKER, downProxyUrl: ' \n\r\n' } as const;
const IDLE_WORKER = { ...AUTO, downProxyUrl: WORKER };

const BASE: DeliveryInput = {
  policy: AUTO,
  door: 'download',
  size: 5,
  typeProxied: false,
  link: BOUND,
  client: AT_HOME,
  egress: UNKNOWN,
  serverIsPublic: false,
};

type Case = [name: string, given: Partial<DeliveryInput>, decision: string];

const CASES: Case[] = [
  // What needs no thought.
  ['an empty file', { size: 0 }, 'proxy empty_file'],
  ['an empty file of a worker’s storage', { size: 0, policy: WEB_WORKER }, 'proxy empty_file'],
  ['a storage without links', { link: 'none' }, 'proxy no_links'],
  ['the same by WebDAV', { link: 'none', door: 'webdav' }, 'proxy no_links'],
  ['the same in a page', { link: 'none', door: 'web' }, 'proxy no_links'],
  ['bytes with a worker', { link: 'none', policy: IDLE_WORKER }, 'proxy_url storage_proxy_url'],
  [
    'bytes with a worker that asks itself',
    { link: 'none', policy: IDLE_WORKER, ask: 'here' },
    'proxy asked_gateway',
  ],
  [
    'bytes with a worker, WebDAV auto',
    { link: 'none', policy: IDLE_WORKER, door: 'webdav' },
    'proxy no_links',
  ],
  // web_proxy.
  ['web_proxy', { policy: WEB_PROXY }, 'proxy storage_proxy'],
  ['web_proxy in a page', { policy: WEB_PROXY, door: 'web' }, 'proxy storage_proxy'],
  [
    'web_proxy does not speak for WebDAV',
    { policy: WEB_PROXY, door: 'webdav', link: FREE },
    'redirect link_free',
  ],
  [
    'web_proxy is no matter for the request',
    { policy: WEB_PROXY, ask: 'redirect', link: FREE },
    'proxy storage_proxy',
  ],
  ['web_proxy with a worker', { policy: WEB_WORKER }, 'proxy_url storage_proxy_url'],
  ['/p of web_proxy with a worker', { policy: WEB_WORKER, ask: 'gateway' }, 'proxy_url storage_proxy_url'],
  ['the worker itself', { policy: WEB_WORKER, ask: 'here' }, 'proxy asked_gateway'],
  ['a worker and a client that follows nothing', { policy: WEB_WORKER, client: WEAK }, 'proxy client_weak'],
  ['a worker and a client that failed', { policy: WEB_WORKER, client: FAILED }, 'proxy redirect_failed'],
  ['a worker alone does nothing', { policy: IDLE_WORKER, link: FREE }, 'redirect link_free'],
  [
    'nor for a bound link, which it could not fetch',
    { policy: IDLE_WORKER, client: AWAY, egress: DIRECT },
    'proxy other_address',
  ],
  // What the request asks for.
  ['/p', { ask: 'gateway', link: FREE }, 'proxy asked_gateway'],
  ['?via=proxy', { ask: 'here', link: FREE }, 'proxy asked_gateway'],
  ['?via=redirect', { ask: 'redirect', client: AWAY, egress: DIRECT }, 'redirect asked_redirect'],
  ['?via=redirect of a client that failed', { ask: 'redirect', client: FAILED }, 'redirect asked_redirect'],
  [
    '?via=redirect from https to http',
    { ask: 'redirect', client: BY_HTTPS, link: PLAIN },
    'proxy mixed_content',
  ],
  ['?via=redirect to a link with headers', { ask: 'redirect', link: HEADERS }, 'proxy link_headers'],
  ['?via=redirect to a link that breaks off', { ask: 'redirect', link: CUT }, 'proxy link_cut'],
  [
    '?via=redirect of a listed type',
    { ask: 'redirect', typeProxied: true, link: FREE },
    'proxy type_proxied',
  ],
  // Types.
  ['a listed type', { typeProxied: true, link: FREE }, 'proxy type_proxied'],
  ['a listed type in a page’s raw_url', { typeProxied: true, link: FREE, door: 'web' }, 'redirect link_free'],
  ['a listed type by WebDAV', { typeProxied: true, link: FREE, door: 'webdav' }, 'redirect link_free'],
  // WebDAV policies.
  ['native_proxy', { policy: NATIVE, door: 'webdav', link: FREE }, 'proxy storage_proxy'],
  ['native_proxy is WebDAV’s alone', { policy: NATIVE, link: FREE }, 'redirect link_free'],
  [
    'native_proxy overrules the request',
    { policy: NATIVE, door: 'webdav', ask: 'redirect', link: FREE },
    'proxy storage_proxy',
  ],
  [
    '302_redirect',
    { policy: REDIRECT, door: 'webdav', client: AWAY, egress: DIRECT },
    'redirect storage_redirect',
  ],
  [
    '302_redirect and a hidden client',
    { policy: REDIRECT, door: 'webdav', client: HIDDEN },
    'redirect storage_redirect',
  ],
  [
    '302_redirect and a client that follows nothing',
    { policy: REDIRECT, door: 'webdav', client: WEAK },
    'proxy client_weak',
  ],
  [
    '302_redirect and a client that failed',
    { policy: REDIRECT, door: 'webdav', client: FAILED },
    'proxy redirect_failed',
  ],
  ['302_redirect without links', { policy: REDIRECT, door: 'webdav', link: 'none' }, 'proxy no_links'],
  [
    '302_redirect from https to http',
    { policy: REDIRECT, door: 'webdav', client: BY_HTTPS, link: PLAIN },
    'proxy mixed_content',
  ],
  [
    '302_redirect to a link with headers',
    { policy: REDIRECT, door: 'webdav', link: HEADERS },
    'proxy link_headers',
  ],
  [
    '302_redirect says nothing of /d',
    { policy: REDIRECT, client: AWAY, egress: DIRECT },
    'proxy other_address',
  ],
  ['use_proxy_url', { policy: USE_WORKER, door: 'webdav' }, 'proxy_url storage_proxy_url'],
  [
    'use_proxy_url without links',
    { policy: USE_WORKER, door: 'webdav', link: 'none' },
    'proxy_url storage_proxy_url',
  ],
  ['use_proxy_url without a URL', { policy: USE_NOTHING, door: 'webdav', link: FREE }, 'proxy storage_proxy'],
  [
    'use_proxy_url and a client that follows nothing',
    { policy: USE_WORKER, door: 'webdav', client: WEAK },
    'proxy client_weak',
  ],
  ['use_proxy_url says nothing of /d', { policy: USE_WORKER, link: FREE }, 'redirect link_free'],
  // Links that anyone may follow.
  ['a free link', { link: FREE, client: AWAY, egress: DIRECT }, 'redirect link_free'],
  ['a free link and a hidden client', { link: FREE, client: HIDDEN }, 'redirect link_free'],
  ['a free link and a proxied egress', { link: FREE, egress: PROXIED }, 'redirect link_free'],
  ['a free link and a client that follows nothing', { link: FREE, client: WEAK }, 'proxy client_weak'],
  ['a free link and a client that failed', { link: FREE, client: FAILED }, 'proxy redirect_failed'],
  ['a link with headers', { link: HEADERS }, 'proxy link_headers'],
  ['a link that breaks off', { link: CUT }, 'proxy link_cut'],
  ['https to http', { link: PLAIN, client: BY_HTTPS }, 'proxy mixed_content'],
  ['https to https', { link: FREE, client: BY_HTTPS }, 'redirect link_free'],
  ['http to http', { link: PLAIN }, 'redirect link_free'],
  // Links that lead into a private network.
  ['a link into the LAN, from the LAN', { link: LAN_LINK }, 'redirect same_network'],
  ['a link into the LAN, from outside', { link: LAN_LINK, client: AWAY }, 'proxy link_unreachable'],
  ['a link into the LAN, hidden client', { link: LAN_LINK, client: HIDDEN }, 'proxy link_unreachable'],
  ['a loopback link, from the LAN', { link: LOOPBACK_LINK }, 'proxy link_unreachable'],
  [
    'a loopback link, from the machine',
    { link: LOOPBACK_LINK, client: client('127.0.0.1') },
    'redirect same_machine',
  ],
  // Links bound to the gateway's address: the client's own is the same.
  ['the same public address', { client: client(OWN), egress: DIRECT }, 'redirect same_address'],
  ['the same, IPv4 in IPv6', { client: client(`::ffff:${OWN}`), egress: DIRECT }, 'redirect same_address'],
  [
    'the same, IPv4 in IPv6 in hex',
    { client: client('::ffff:cb00:7105'), egress: DIRECT },
    'redirect same_address',
  ],
  [
    'the same IPv6 address, spelled otherwise',
    { client: client('2001:DB8:0:0::1'), egress: { kind: 'direct', address: '2001:db8::1' } },
    'redirect same_address',
  ],
  [
    'another address of the same IPv6 network',
    { client: client('2001:db8::2'), egress: { kind: 'direct', address: '2001:db8::1' } },
    'proxy other_address',
  ],
  [
    'IPv6 of a client whose gateway leaves by IPv4',
    { client: client('2001:db8::2'), egress: DIRECT },
    'proxy other_address',
  ],
  ['the address of the proxy itself', { client: client(OWN), egress: PROXIED }, 'redirect same_address'],
  // … the client is in the gateway's network.
  ['the same NAT', { egress: DIRECT }, 'redirect same_network'],
  ['the same NAT, address unknown', {}, 'redirect same_network'],
  ['the same NAT by IPv6', { client: client('fd00::20') }, 'redirect same_network'],
  ['link-local with a zone', { client: client('fe80::1%eth0') }, 'redirect same_network'],
  ['10/8', { client: client('10.1.2.3') }, 'redirect same_network'],
  ['172.16/12', { client: client('172.31.255.1') }, 'redirect same_network'],
  ['the machine itself', { client: client('::1') }, 'redirect same_machine'],
  [
    'the machine itself, though it is public',
    { client: client('127.0.0.1'), serverIsPublic: true },
    'redirect same_machine',
  ],
  ['a private client of a public server', { serverIsPublic: true, egress: DIRECT }, 'proxy other_network'],
  ['a private client, egress through a proxy', { egress: PROXIED_UNKNOWN }, 'proxy egress_proxied'],
  [
    'the machine itself, egress through a proxy',
    { client: client('127.0.0.1'), egress: PROXIED },
    'proxy egress_proxied',
  ],
  [
    'a cloud in the LAN that sees another address',
    { egress: { kind: 'direct', address: '127.0.0.1' } },
    'proxy other_address',
  ],
  [
    'a cloud on this machine, client on it',
    { client: client('127.0.0.1'), egress: { kind: 'direct', address: '127.0.0.1' } },
    'redirect same_address',
  ],
  // … the client is elsewhere.
  ['another address', { client: AWAY, egress: DIRECT }, 'proxy other_address'],
  ['another address, own unknown', { client: AWAY }, 'proxy egress_unknown'],
  ['another address, egress through a proxy', { client: AWAY, egress: PROXIED }, 'proxy egress_proxied'],
  ['carrier-grade NAT or an overlay', { client: client('100.64.3.4') }, 'proxy egress_unknown'],
  ['just outside 172.16/12', { client: client('172.32.0.1'), egress: DIRECT }, 'proxy other_address'],
  ['a hidden client', { client: HIDDEN, egress: DIRECT }, 'proxy client_hidden'],
  ['what is no address', { client: client('unknown'), egress: DIRECT }, 'proxy other_address'],
  // Clients.
  ['a client that follows nothing, at home', { client: WEAK }, 'proxy client_weak'],
  ['a client that failed, at home', { client: FAILED }, 'proxy redirect_failed'],
  // The page and WebDAV decide as /d does.
  ['a page at home', { door: 'web' }, 'redirect same_network'],
  ['a page away', { door: 'web', client: AWAY, egress: DIRECT }, 'proxy other_address'],
  [
    'an https page and a bound http link',
    { door: 'web', client: BY_HTTPS, link: { ...BOUND, secure: false } },
    'proxy mixed_content',
  ],
  ['WebDAV auto at home', { door: 'webdav' }, 'redirect same_network'],
  ['WebDAV auto away', { door: 'webdav', client: AWAY, egress: DIRECT }, 'proxy other_address'],
];

describe('how a file reaches a client', () => {
  test.each(CASES)('%s', (_, given, decision) => {
    const decided = decideDelivery({ ...BASE, ...given });
    expect(`${decided?.mode} ${decided?.code}`).toBe(decision);
    expect(decided?.reason).toMatch(/^[A-Z].*\.$/);
  });

  test('no link is asked for where none is needed, and one is where the decision rests on it', () => {
    const early = (given: Partial<DeliveryInput>) =>
      decideDelivery({ ...BASE, ...given, link: 'unasked' })?.code;
    expect(early({ policy: WEB_PROXY })).toBe('storage_proxy');
    expect(early({ policy: NATIVE, door: 'webdav' })).toBe('storage_proxy');
    expect(early({ ask: 'gateway' })).toBe('asked_gateway');
    expect(early({})).toBeUndefined();
    expect(early({ policy: REDIRECT, door: 'webdav' })).toBeUndefined();
  });

  test('files that leave by another address than calls do not change who may be sent to the cloud', () => {
    const egress = { kind: 'direct', address: OWN, filesFrom: PUBLIC } as const;
    const of = (address: string) => decideDelivery({ ...BASE, client: client(address), egress });
    expect(of(OWN)?.code).toBe('same_address');
    expect(of(PUBLIC)?.code).toBe('other_address');
    expect(of(PUBLIC)?.reason).toContain('The gateway may fail too');
    expect(of(OWN)?.reason).not.toContain('fail');
    const one = { ...egress, filesFrom: `::ffff:${OWN}` };
    expect(decideDelivery({ ...BASE, client: AWAY, egress: one })?.reason).not.toContain('fail');
  });

  test('the words of a weak client are part of the reason', () => {
    expect(decideDelivery({ ...BASE, client: WEAK })?.reason).toEndWith('It does not follow redirects.');
  });
});

test('download proxies lose what people leave at the end of a line', () => {
  const downProxyUrl = ' https://a.test/ \r\n\nhttps://b.test//\n';
  expect(downProxies({ downProxyUrl })).toEqual(['https://a.test', 'https://b.test']);
});
