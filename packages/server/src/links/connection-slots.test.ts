import { describe, expect, test } from 'bun:test';
import { settle } from '../../testing/fake-clock.ts';
import type { OpenFile } from '../vfs/view.ts';
import { createConnectionSlots } from './connection-slots.ts';
import { fakeFile } from './testing/upstream.ts';

const signal = new AbortController().signal;
const LIMITS = { perFile: 2, perAccount: 3 };

function file(id: string, account: object): OpenFile {
  const made = fakeFile(5, []);
  return {
    ...made,
    node: { ...made.node, entry: { ...made.node.entry, id } },
    connections: { ...LIMITS, account },
  };
}

describe('the connections that a cloud allows', () => {
  test('are bounded for a file and for an account, and handed on in order', async () => {
    const slots = createConnectionSlots();
    const account = {};
    const [a, b] = [file('a', account), file('b', account)];
    const first = slots.tryTake(a);
    expect(slots.tryTake(a)).toBeDefined();
    expect(slots.tryTake(a)).toBeUndefined();
    expect(slots.tryTake(b)).toBeDefined();
    expect(slots.tryTake(b)).toBeUndefined();
    const order: string[] = [];
    void slots.take(a, signal).then(() => order.push('a'));
    void slots.take(b, signal).then(() => order.push('b'));
    expect(slots.isContended(a)).toBe(true);
    await settle();
    expect(order).toEqual([]);
    first?.();
    first?.();
    await settle();
    expect(order).toEqual(['a']);
  });

  test('of another account are its own, and without limits there are always more', () => {
    const slots = createConnectionSlots();
    for (let i = 0; i < 2; i += 1) slots.tryTake(file('a', {}));
    expect(slots.tryTake(file('a', {}))).toBeDefined();
    for (let i = 0; i < 100; i += 1) expect(slots.tryTake(fakeFile(5, []))).toBeDefined();
  });

  test('are not kept for who has left', async () => {
    const slots = createConnectionSlots();
    const a = file('a', {});
    const [first] = [slots.tryTake(a), slots.tryTake(a)];
    const left = new AbortController();
    const waiting = slots.take(a, left.signal).catch((error: unknown) => error);
    left.abort(new Error('left'));
    expect(await waiting).toEqual(new Error('left'));
    expect(slots.isContended(a)).toBe(false);
    first?.();
    expect(slots.tryTake(a)).toBeDefined();
  });
});
