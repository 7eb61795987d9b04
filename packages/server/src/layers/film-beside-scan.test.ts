import { expect, test } from 'bun:test';
import { fakeClock } from '../../testing/fake-clock.ts';
import type { Ctx, Priority } from '../core/driver.ts';
import { pace } from './pace.ts';

const RTT_MS = 300;

/** A cloud that takes a while for each call, in virtual time: what a call waits beyond that, it has waited for its turn. */
function rig() {
  const clock = fakeClock(0);
  const list = pace({ clock }).layer('list', async (_, { signal }) => {
    await clock.sleep(RTT_MS, signal);
    return { entries: [] };
  });
  const call = async (priority: Priority): Promise<number> => {
    const began = clock.now();
    const ctx: Ctx = { signal: new AbortController().signal, priority };
    await list({ dir: 'd' }, ctx);
    return clock.now() - began - RTT_MS;
  };
  return { clock, call };
}

test.each<[Priority, number]>([
  ['browse', 8],
  ['scan', 64],
  ['background', 64],
])(
  'a film waits no 200 ms for its turn while %s calls fill all %d places without end',
  async (priority, at) => {
    const { clock, call } = rig();
    let scanned = 0;
    const scanner = async (): Promise<void> => {
      while (scanned < 400) {
        scanned += 1;
        await call(priority);
      }
    };
    const scan = Promise.all(Array.from({ length: at }, scanner));
    const waits: number[] = [];
    const film = (async () => {
      for (let opened = 0; opened < 80; opened += 1) {
        waits.push(await call('play'));
        await clock.sleep(200, new AbortController().signal);
      }
    })();
    await clock.advance(10 * 60_000);
    await Promise.all([scan, film]);
    expect(waits).toHaveLength(80);
    expect(Math.max(...waits)).toBeLessThan(200);
  },
);
