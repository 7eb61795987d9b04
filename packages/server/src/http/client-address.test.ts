import { describe, expect, test } from 'bun:test';
import {
  cameByHttps,
  canonicalAddress,
  clientAddress,
  knownClientAddress,
  parseTrustedProxies,
  requestOrigin,
} from './client-address.ts';

const nobody = parseTrustedProxies('');
const proxies = parseTrustedProxies('10.0.0.0/8, 192.0.2.1 2001:db8::/32');

const seen = (
  remoteAddress: string | undefined,
  headers: Record<string, string>,
  trusted = proxies,
): string => clientAddress({ remoteAddress, headers }, trusted);

describe('clientAddress', () => {
  test('headers of an unknown peer are not believed', () => {
    expect(seen('203.0.113.5', { 'x-forwarded-for': '1.2.3.4', 'x-real-ip': '1.2.3.4' })).toBe('203.0.113.5');
    expect(seen('127.0.0.1', { 'x-forwarded-for': '1.2.3.4' }, nobody)).toBe('127.0.0.1');
  });

  test('behind a trusted proxy the right-most address that is not a proxy is the client', () => {
    expect(seen('10.0.0.1', { 'x-forwarded-for': '203.0.113.5' })).toBe('203.0.113.5');
    expect(seen('10.0.0.1', { 'x-forwarded-for': '203.0.113.5, 10.1.2.3' })).toBe('203.0.113.5');
    expect(seen('10.0.0.1', { 'x-forwarded-for': '2001:db8::7, 2a00::1, 192.0.2.1' })).toBe('2a00::1');
  });

  test('what a client writes into the list itself changes nothing', () => {
    expect(seen('10.0.0.1', { 'x-forwarded-for': '1.2.3.4, 10.9.9.9, 203.0.113.5' })).toBe('203.0.113.5');
    expect(seen('10.0.0.1', { 'x-forwarded-for': '<script>, 203.0.113.5' })).toBe('203.0.113.5');
    expect(seen('10.0.0.1', { 'x-forwarded-for': '203.0.113.5', 'x-real-ip': '1.2.3.4' })).toBe(
      '203.0.113.5',
    );
  });

  test('a list of nothing but proxies or nonsense ends at the last known hop', () => {
    expect(seen('10.0.0.1', { 'x-forwarded-for': '10.0.0.3, 10.0.0.2' })).toBe('10.0.0.3');
    expect(seen('10.0.0.1', { 'x-forwarded-for': 'unknown' })).toBe('10.0.0.1');
    expect(seen('10.0.0.1', { 'x-forwarded-for': '' })).toBe('10.0.0.1');
  });

  test('X-Real-IP serves where no list is sent', () => {
    expect(seen('10.0.0.1', { 'x-real-ip': '203.0.113.5' })).toBe('203.0.113.5');
    expect(seen('10.0.0.1', { 'x-real-ip': 'nonsense' })).toBe('10.0.0.1');
  });

  test('ports, brackets, zones and mapped addresses fall away', () => {
    expect(seen('::ffff:10.0.0.1', { 'x-forwarded-for': '203.0.113.5:4711' })).toBe('203.0.113.5');
    expect(seen('10.0.0.1', { 'x-forwarded-for': '[2A00::1]:4711' })).toBe('2a00::1');
    expect(seen('fe80::1%eth0', {})).toBe('fe80::1');
    expect(seen('::ffff:203.0.113.5', {})).toBe('203.0.113.5');
  });

  test('a closed socket has no address', () => {
    expect(seen(undefined, { 'x-forwarded-for': '1.2.3.4' })).toBe('unknown');
  });
});

describe('parseTrustedProxies', () => {
  test.each([
    '10.0.0.0/33',
    '::/129',
    'example.org',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '10.0.0.0/0x8',
  ])('%s is named in the error', (entry) => {
    expect(() => parseTrustedProxies(`127.0.0.1, ${entry}`)).toThrow(entry);
  });
});

describe('requestOrigin', () => {
  const origin = (remoteAddress: string, headers: Record<string, string>, encrypted = false): string =>
    requestOrigin({ remoteAddress, headers, encrypted }, proxies);

  test('comes from the Host header', () => {
    expect(origin('203.0.113.5', { host: 'nas.local:5244' })).toBe('http://nas.local:5244');
    expect(origin('203.0.113.5', { host: '[::1]:5244' }, true)).toBe('https://[::1]:5244');
  });

  test('a trusted proxy may say otherwise, nobody else', () => {
    const headers = { host: 'inner', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'files.example' };
    expect(origin('10.0.0.1', headers)).toBe('https://files.example');
    expect(origin('203.0.113.5', headers)).toBe('http://inner');
  });

  test.each(['', 'a b', 'x/y', 'evil"onload', 'user@host', '[x]'])('host %p is not used', (host) => {
    expect(origin('203.0.113.5', { host })).toBe('');
  });
});

describe('one spelling for each address', () => {
  test.each([
    ['203.0.113.5', '203.0.113.5'],
    ['::ffff:203.0.113.5', '203.0.113.5'],
    ['::FFFF:cb00:7105', '203.0.113.5'],
    ['0:0:0:0:0:ffff:cb00:7105', '203.0.113.5'],
    ['[2001:DB8::0:1]:443', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['203.0.113.5:80', '203.0.113.5'],
    ['example.com', undefined],
    ['', undefined],
  ])('%p is %p', (text, expected) => {
    expect(canonicalAddress(text)).toBe(expected);
  });
});

describe('where a client really is', () => {
  const trusted = parseTrustedProxies('127.0.0.1');
  const at = (remoteAddress: string, headers: Record<string, string> = {}) =>
    knownClientAddress({ remoteAddress, headers }, trusted);

  test('is where its socket ends when nobody stands between', () => {
    expect(at('198.51.100.2')).toBe('198.51.100.2');
    expect(at('::ffff:198.51.100.2')).toBe('198.51.100.2');
  });

  test('is what a trusted proxy says', () => {
    expect(at('127.0.0.1', { 'x-forwarded-for': '203.0.113.1, 198.51.100.2' })).toBe('198.51.100.2');
    expect(at('127.0.0.1', { 'x-real-ip': '198.51.100.2' })).toBe('198.51.100.2');
  });

  test('is unknown behind a proxy that is not trusted, even for someone who lies about a home address', () => {
    expect(at('10.0.0.5', { 'x-forwarded-for': '198.51.100.2' })).toBeUndefined();
    expect(at('10.0.0.5', { forwarded: 'for=198.51.100.2' })).toBeUndefined();
    expect(at('198.51.100.2', { 'x-real-ip': '192.168.1.2' })).toBeUndefined();
  });

  test('is unknown when a trusted proxy hands on what is no address', () => {
    expect(at('127.0.0.1', { 'x-forwarded-for': 'unknown' })).toBeUndefined();
  });
});

test('https is what the socket or a trusted proxy says, not what a client claims', () => {
  const trusted = parseTrustedProxies('127.0.0.1');
  const by = (remoteAddress: string, proto: string, encrypted = false) =>
    cameByHttps({ remoteAddress, headers: { 'x-forwarded-proto': proto }, encrypted }, trusted);
  expect(by('127.0.0.1', 'https')).toBe(true);
  expect(by('10.0.0.5', 'https')).toBe(false);
  expect(by('127.0.0.1', 'http', true)).toBe(false);
  expect(by('10.0.0.5', 'http', true)).toBe(true);
});
