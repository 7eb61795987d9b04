import { describe, expect, test } from 'bun:test';
import { Readable } from 'node:stream';
import { fakeClock, settle } from '../../testing/fake-clock.ts';
import { StorageError } from '../core/errors.ts';
import type { HttpClient } from '../core/http-client.ts';
import { addressByHand, createEgressAddresses } from './egress-addresses.ts';

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function setUp(settings: { byHand?: string; echoUrl?: string } = {}) {
  const clock = fakeClock();
  const asked: string[] = [];
  const ways: string[] = [];
  let page = '203.0.113.5\n';
  const transport: HttpClient = {
    request: async ({ url }) => {
      asked.push(url);
      if (page === '') throw new StorageError('unavailable', 'nobody there');
      return { status: 200, headers: {}, body: Readable.from([page]) };
    },
  };
  const addresses = createEgressAddresses({
    clock,
    log,
    http: (egress) => {
      ways.push(egress);
      return transport;
    },
    byHand: () => settings.byHand ?? '',
    echoUrl: () => settings.echoUrl ?? '',
  });
  return { clock, asked, ways, addresses, say: (text: string) => (page = text) };
}

describe('the address of a way out', () => {
  test('is what the operator wrote, and then nobody is asked', async () => {
    const { addresses, asked } = setUp({ byHand: '203.0.113.9', echoUrl: 'https://echo.test' });
    expect(addresses.of({ egress: '' })).toBe('203.0.113.9');
    await settle();
    expect(asked).toEqual([]);
  });

  test('is asked of nobody but the cloud unless the operator says so', async () => {
    const { addresses, asked } = setUp();
    expect(addresses.of({ egress: '' })).toBeUndefined();
    let calls = 0;
    const askCloud = async () => {
      calls += 1;
      return '198.51.100.7';
    };
    const way = { egress: 'socks5://p', askCloud };
    expect(addresses.of(way)).toBeUndefined();
    addresses.of(way);
    await settle();
    expect(addresses.of(way)).toBe('198.51.100.7');
    expect(calls).toBe(1);
    expect(asked).toEqual([]);
  });

  test.each([
    ['plain text', '203.0.113.5\n'],
    ['JSON', '{"origin":"203.0.113.5"}'],
    ['HTML', '<html><body>203.0.113.5</body></html>'],
    ['IPv4 in IPv6', '::ffff:203.0.113.5'],
  ])('is read from an echo page as %s, through the way out', async (_, page) => {
    const { addresses, asked, ways, say } = setUp({ echoUrl: 'https://echo.test' });
    say(page);
    expect(addresses.of({ egress: 'socks5://p' })).toBeUndefined();
    await settle();
    expect(addresses.of({ egress: 'socks5://p' })).toBe('203.0.113.5');
    expect(ways).toEqual(['socks5://p']);
    expect(asked).toEqual(['https://echo.test']);
  });

  test('holds for a while, is looked up anew behind the scenes, and survives a failure', async () => {
    const { addresses, clock, asked, say } = setUp({ echoUrl: 'https://echo.test' });
    const now = () => addresses.of({ egress: '' });
    now();
    await settle();
    await clock.advance(16 * 60_000);
    say('203.0.113.6');
    expect(now()).toBe('203.0.113.5');
    await settle();
    expect(now()).toBe('203.0.113.6');
    expect(asked).toHaveLength(2);
  });

  test('stays unknown while the page fails or talks nonsense, and is not asked for at every request', async () => {
    const { addresses, asked, say } = setUp({ echoUrl: 'https://echo.test' });
    say('');
    for (let i = 0; i < 20; i += 1) {
      expect(addresses.of({ egress: '' })).toBeUndefined();
      await settle();
    }
    expect(asked).toHaveLength(1);
  });
});

test('addresses by hand are for one way out each', () => {
  const text = '203.0.113.1\nsocks5://p:1080 198.51.100.1\nbroken not-an-address\n';
  expect(addressByHand(text, '')).toBe('203.0.113.1');
  expect(addressByHand(text, 'socks5://p:1080')).toBe('198.51.100.1');
  expect(addressByHand(text, 'broken')).toBeUndefined();
  expect(addressByHand(text, 'http://other')).toBeUndefined();
  expect(addressByHand('', '')).toBeUndefined();
});
