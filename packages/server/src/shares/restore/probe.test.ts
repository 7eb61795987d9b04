import { Readable } from 'node:stream';
import { describe, expect, test } from 'bun:test';
import type { HttpClient, HttpRequest } from '../../core/http-client.ts';
import type { Link } from '../../core/link.ts';
import { servedBytes } from './probe.ts';

const LINK: Link = {
  url: 'https://cdn.test/film',
  headers: { Own: '1' },
  boundTo: 'nobody',
  variant: 'original',
};
const SIZE = 5_000_000_000;
const { signal } = new AbortController();

/** A CDN that announces all of a file, and sends nothing from `cut` on. */
function cdn(cut: number): HttpClient & { readonly asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  return {
    asked,
    async request(request) {
      asked.push(request);
      const offset = Number(/^bytes=(\d+)-\1$/.exec(request.headers?.['Range'] ?? '')?.[1]);
      const body = Readable.from(offset < cut ? [Buffer.alloc(1)] : []);
      return { status: 206, headers: {}, body };
    },
  };
}

const served = (transport: HttpClient, likely?: number) =>
  servedBytes({ transport, link: LINK, size: SIZE, likely }, signal);

describe('how much of a file is served', () => {
  test('is all of it after one byte, when the last one comes', async () => {
    const whole = cdn(SIZE);
    expect(await served(whole)).toBe(SIZE);
    expect(whole.asked.map(({ headers }) => headers)).toEqual([
      { Own: '1', Range: `bytes=${SIZE - 1}-${SIZE - 1}`, Accept: '*/*' },
    ]);
  });

  test.each([0.01, 0.4, 0.45, 0.5, 0.93])(
    'is told within a part of it, never too much, when it is cut at %p',
    async (part) => {
      const cut = Math.floor(SIZE * part);
      const transport = cdn(cut);
      const found = (await served(transport)) ?? Number.NaN;
      expect(found).toBeLessThanOrEqual(cut);
      expect(cut - found).toBeLessThanOrEqual(SIZE / 128);
      expect(transport.asked.length).toBeLessThanOrEqual(10);
    },
  );

  test('is exact after three bytes where another file was cut at the same part', async () => {
    const cut = Math.floor(SIZE * 0.45);
    const transport = cdn(cut);
    expect(await served(transport, 0.45)).toBe(cut);
    expect(transport.asked.length).toBe(3);
  });

  test('is found also where the part was learned from files that were cut elsewhere', async () => {
    for (const part of [0.2, 0.7]) {
      const cut = Math.floor(SIZE * part);
      const found = (await served(cdn(cut), 0.45)) ?? Number.NaN;
      expect(found).toBeLessThanOrEqual(cut);
      expect(cut - found).toBeLessThanOrEqual(SIZE / 128);
    }
  });

  test('is not told by refusals, servers that ignore ranges, or none', async () => {
    const answers = (status: number): HttpClient => ({
      request: async () => ({ status, headers: {}, body: Readable.from([]) }),
    });
    for (const status of [200, 403, 404, 429, 503]) expect(await served(answers(status))).toBeUndefined();
    const dead: HttpClient = { request: () => Promise.reject(new Error('nobody there')) };
    expect(await served(dead)).toBeUndefined();
  });
});
