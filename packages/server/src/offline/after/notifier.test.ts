import { expect, test } from 'bun:test';
import { Readable } from 'node:stream';
import { fakeClock, settle } from '../../../testing/fake-clock.ts';
import { createPublicClient } from '../../accounts/public-client.ts';
import type { HttpClient } from '../../core/http-client.ts';
import { createNotifier } from './notifier.ts';

const signal = new AbortController().signal;

/** A server that answers with these statuses, one after the other. */
function answering(...statuses: number[]) {
  const asked: { url: string; body: unknown }[] = [];
  const client: HttpClient = {
    async request({ url, body }) {
      asked.push({ url, body });
      const status = statuses.shift() ?? 500;
      return { status, headers: { location: 'http://127.0.0.1/' }, body: Readable.from([]) };
    },
  };
  return { client, asked };
}

async function told({ client }: { client: HttpClient }): Promise<string | undefined> {
  const clock = fakeClock();
  const telling = createNotifier(client, clock).tell('https://hook.example/?k=1', { a: 1 }, signal);
  for (let turns = 0; turns < 30; turns += 1) {
    await settle();
    await clock.advance(1000);
  }
  return telling;
}

test('what is told is JSON, and one answer that is well is enough', async () => {
  const server = answering(204);
  expect(await told(server)).toBeUndefined();
  expect(server.asked).toEqual([{ url: 'https://hook.example/?k=1', body: '{"a":1}' }]);
});

test('a server in trouble is tried three times, one that refuses once, and no redirect is followed', async () => {
  const passing = answering(503, 200);
  expect(await told(passing)).toBeUndefined();
  expect(passing.asked.length).toBe(2);
  const down = answering(500, 500, 500, 200);
  expect(await told(down)).toContain('status 500');
  expect(down.asked.length).toBe(3);
  for (const status of [404, 302]) {
    const server = answering(status, 200);
    expect(await told(server)).toContain(`status ${status}`);
    expect(server.asked.length).toBe(1);
  }
});

test.each([
  ['http://127.0.0.1/'],
  ['http://[::ffff:10.0.0.1]/'],
  ['http://169.254.169.254/latest/meta-data/'],
  ['http://0x7f000001/'],
  ['https://rebound.example/'],
])('SSRF: a webhook at %p is not called', async (url) => {
  const client = createPublicClient({ resolve: async () => ['192.168.1.1'] });
  expect(await createNotifier(client, fakeClock()).tell(url, {}, signal)).toBeString();
});
