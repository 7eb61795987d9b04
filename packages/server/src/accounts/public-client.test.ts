import { afterEach, describe, expect, test } from 'bun:test';
import { startOrigin, type TestServer } from './testing/servers.ts';
import { createPublicClient } from './public-client.ts';

const signal = new AbortController().signal;
const servers: TestServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const get = (url: string, client = createPublicClient({ resolve: async () => ['93.184.216.34'] })) =>
  client.request({ method: 'GET', url, signal, headTimeoutMs: 1000 });

/** Spellings of places that no user's link may lead to (CVE class: SSRF). */
const FORBIDDEN = [
  'http://127.0.0.1/',
  'http://127.1/',
  'http://127.0.1/',
  'http://127.255.255.254/',
  'http://0177.0.0.1/',
  'http://0x7f.0.0.1/',
  'http://0x7f000001/',
  'http://2130706433/',
  'http://017700000001/',
  'http://0/',
  'http://0.0.0.0/',
  'http://0x0/',
  'http://localhost/',
  'http://LOCALHOST:5244/',
  'http://localhost./',
  'http://foo.localhost/',
  'http://printer/',
  'http://nas.local/',
  'http://db.internal/',
  'http://router.lan/',
  'http://box.home.arpa/',
  'http://10.0.0.1/',
  'http://10.255.255.255/',
  'http://172.16.0.1/',
  'http://172.31.255.255/',
  'http://192.168.1.1/',
  'http://0300.0250.1.1/',
  'http://3232235777/',
  'http://169.254.169.254/latest/meta-data/',
  'http://0xa9fea9fe/',
  'http://2852039166/',
  'http://100.64.0.1/',
  'http://100.100.100.200/',
  'http://192.0.0.192/',
  'http://198.18.0.1/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://①②⑦.⓪.⓪.①/',
  'http://127。0。0。1/',
  'http://%31%32%37.0.0.1/',
  'http://[::1]/',
  'http://[::]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::ffff:169.254.169.254]/',
  'http://[::ffff:10.0.0.1]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::127.0.0.1]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://[64:ff9b:1::a00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[2002:a9fe:a9fe::]/',
  'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
  'http://[fc00::1]/',
  'http://[fd00:ec2::254]/',
  'http://[fe80::1]/',
  'http://[fec0::1]/',
  'http://[ff02::1]/',
  'https://127.0.0.1/',
  'https://[::1]:8443/',
];

describe('a client for addresses that users give', () => {
  test('the corpus has the forms that are promised', () => {
    expect(new Set(FORBIDDEN).size).toBeGreaterThanOrEqual(40);
  });

  test.each(FORBIDDEN)('SSRF: %s is refused', (url) => {
    expect(get(url)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test.each([
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'data:text/plain,x',
    'nonsense',
  ])('SSRF: %s is no address to fetch', (url) => {
    expect(get(url)).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  test('SSRF: a public name that leads to a private address is refused, also among public ones', () => {
    for (const addresses of [
      ['127.0.0.1'],
      ['93.184.216.34', '10.0.0.1'],
      ['::ffff:127.0.0.1'],
      ['fd00::1'],
      [],
    ]) {
      const client = createPublicClient({ resolve: async () => addresses });
      expect(get('http://films.example/', client)).rejects.toMatchObject({ code: 'forbidden' });
    }
  });

  test('DNS rebinding: the address that was looked at is the one that is connected to', async () => {
    const origin = await startOrigin((req, res) => res.end(`for ${req.headers.host}`));
    servers.push(origin);
    let asked = 0;
    // Public when it is asked first, and the gateway itself from then on. The test's own server stands in for the public address.
    const client = createPublicClient({
      resolve: async () => (asked++ === 0 ? ['127.0.0.1'] : ['127.0.0.2']),
      allows: (address) => address === '127.0.0.1',
    });
    const url = `http://films.example:${origin.port}/`;
    const { status, body } = await get(url, client);
    expect([status, Buffer.concat(await body.toArray()).toString()]).toEqual([
      200,
      `for films.example:${origin.port}`,
    ]);
    expect(asked).toBe(1);
    expect(get(url, client)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('a name that can not be resolved is no fault of ours', () => {
    const client = createPublicClient({ resolve: () => Promise.reject(new Error('ENOTFOUND')) });
    expect(get('http://nowhere.example/', client)).rejects.toMatchObject({
      code: 'unavailable',
      retry: 'later',
    });
  });
});
