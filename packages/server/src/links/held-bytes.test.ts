import { expect, test } from 'bun:test';
import { array, assert, integer, oneof, property, uint8Array } from 'fast-check';
import { HeldBytes } from './held-bytes.ts';

test('bytes come out as they went in, in whatever pieces', () => {
  const steps = array(oneof(uint8Array({ maxLength: 40 }), integer({ min: 1, max: 50 })));
  assert(
    property(steps, (moves) => {
      const held = new HeldBytes();
      const [put, got]: [number[], number[]] = [[], []];
      for (const move of moves) {
        if (typeof move === 'number') got.push(...held.take(move));
        else {
          held.push(move);
          put.push(...move);
        }
      }
      while (!held.isEmpty) got.push(...held.take(7));
      expect(got).toEqual(put);
    }),
  );
});

test('what was taken out stays as it is until it is given back, whatever comes in meanwhile', () => {
  const held = new HeldBytes();
  for (let round = 0; round < 20; round += 1) {
    held.push(new Uint8Array(64).fill(round));
    const piece = held.take(64);
    for (let more = 0; more < 5; more += 1) {
      held.push(new Uint8Array(40 + round).fill(200 + more));
      expect(piece).toEqual(Buffer.alloc(64, round));
    }
    const rest = held.take(10_000);
    expect(piece).toEqual(Buffer.alloc(64, round));
    expect(rest).toHaveLength(5 * (40 + round));
    held.giveBack();
  }
});
