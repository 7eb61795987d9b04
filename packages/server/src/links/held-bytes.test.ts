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
