import { describe, expect, test } from 'bun:test';
import { PassThrough } from 'node:stream';
import { sendMultistatus } from './multistatus.ts';

/** An answer that takes one piece, and the next when its reader has taken that. */
function slowAnswer(): PassThrough {
  const head = { headersSent: false, statusCode: 0, setHeader: () => {} };
  return Object.assign(new PassThrough({ highWaterMark: 1 }), head);
}

/** Lets everything happen that waits for nobody. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
}

describe('a multistatus', () => {
  test('is made no faster than its reader takes it, and no further than its reader stays', async () => {
    let told = 0;
    let ended = false;
    async function* responses(): AsyncGenerator<string> {
      try {
        for (;;) {
          told += 1;
          yield 'x'.repeat(1000);
        }
      } finally {
        ended = true;
      }
    }
    const res = slowAnswer();
    const sent = sendMultistatus(res as never, responses());
    await quiet();
    const first = told;
    expect(first).toBeGreaterThan(1);
    expect(first).toBeLessThan(100);
    await quiet();
    expect(told).toBe(first);
    res.read();
    await quiet();
    expect(told).toBeGreaterThan(first);
    expect(told).toBeLessThan(3 * first);
    res.destroy();
    await sent;
    expect(ended).toBe(true);
  });

  test('sends nothing before there is something to tell, so that an error has a status of its own', async () => {
    const res = slowAnswer();
    const failure = new Error('the cloud is gone');
    async function* responses(): AsyncGenerator<string> {
      yield 'the first of a folder';
      throw failure;
    }
    const outcome = await sendMultistatus(res as never, responses()).catch((error: unknown) => error);
    expect(outcome).toBe(failure);
    expect(res.readableLength).toBe(0);
  });
});
