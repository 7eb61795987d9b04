import { describe, expect, test } from 'bun:test';
import { extendTo, NOTHING, type Selection, selectOnly, toggle, toggleAll } from './selection.ts';

const ORDER = ['a', 'b', 'c', 'd', 'e'];
const names = (selection: Selection) => [...selection.names].sort();

describe('selection', () => {
  test('toggling adds and takes out, and moves the anchor', () => {
    const two = toggle(toggle(NOTHING, 'a'), 'c');
    expect(names(two)).toEqual(['a', 'c']);
    expect(names(toggle(two, 'a'))).toEqual(['c']);
    expect(toggle(two, 'a').anchor).toBe('a');
  });

  test('a range reaches from the anchor both ways, and the anchor stays', () => {
    const down = extendTo(selectOnly('c'), 'e', ORDER);
    expect(names(down)).toEqual(['c', 'd', 'e']);
    const up = extendTo(down, 'a', ORDER);
    expect(names(up)).toEqual(['a', 'b', 'c']);
    expect(up.anchor).toBe('c');
  });

  test('a range follows the order shown, not the alphabet', () => {
    expect(names(extendTo(selectOnly('a'), 'b', ['b', 'x', 'a']))).toEqual(['a', 'b', 'x']);
  });

  test('a range without an anchor, or with one that is filtered out, is the one name', () => {
    expect(names(extendTo(NOTHING, 'b', ORDER))).toEqual(['b']);
    expect(names(extendTo(selectOnly('gone'), 'b', ORDER))).toEqual(['b']);
  });

  test('a range to a name that is not shown changes nothing', () => {
    const selection = selectOnly('a');
    expect(extendTo(selection, 'gone', ORDER)).toBe(selection);
  });

  test('all is selected, and the second time nothing', () => {
    const all = toggleAll(selectOnly('b'), ORDER);
    expect(names(all)).toEqual(ORDER);
    expect(all.anchor).toBe('b');
    expect(names(toggleAll(all, ORDER))).toEqual([]);
    expect(names(toggleAll(NOTHING, []))).toEqual([]);
  });
});
