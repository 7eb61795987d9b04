import { describe, expect, test } from 'bun:test';
import { clampIndex, type KeyPress, listCommand } from './keyboard.ts';

function press(key: string, held: Partial<KeyPress> = {}): KeyPress {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

describe('keys of a list', () => {
  test('up and down move by a row, whatever the number of columns', () => {
    expect(listCommand(press('ArrowDown'), 1)).toEqual({ type: 'move', by: 1, extend: false });
    expect(listCommand(press('ArrowUp', { shiftKey: true }), 5)).toEqual({
      type: 'move',
      by: -5,
      extend: true,
    });
  });

  test('left and right belong to grids alone', () => {
    expect(listCommand(press('ArrowRight'), 5)).toEqual({ type: 'move', by: 1, extend: false });
    expect(listCommand(press('ArrowRight'), 1)).toBeUndefined();
  });

  test('Delete removes; with Shift, Ctrl or Alt it is not ours', () => {
    expect(listCommand(press('Delete'), 1)).toEqual({ type: 'remove' });
    expect(listCommand(press('Delete', { ctrlKey: true }), 1)).toBeUndefined();
    expect(listCommand(press('Delete', { altKey: true }), 1)).toBeUndefined();
  });

  test('F2 renames', () => {
    expect(listCommand(press('F2'), 1)).toEqual({ type: 'rename' });
  });

  test('Ctrl or Command A selects all; what the browser uses is left to it', () => {
    expect(listCommand(press('a', { ctrlKey: true }), 1)).toEqual({ type: 'select_all' });
    expect(listCommand(press('a', { metaKey: true }), 1)).toEqual({ type: 'select_all' });
    expect(listCommand(press('r', { ctrlKey: true }), 1)).toBeUndefined();
    expect(listCommand(press('ArrowLeft', { altKey: true }), 4)).toBeUndefined();
    expect(listCommand(press('F5'), 1)).toBeUndefined();
  });

  test('letters, digits and signs of any language are typed; / and ? are the page’s', () => {
    expect(listCommand(press('é'), 1)).toEqual({ type: 'type', char: 'é' });
    expect(listCommand(press('名'), 1)).toEqual({ type: 'type', char: '名' });
    expect(listCommand(press('/'), 1)).toBeUndefined();
    expect(listCommand(press('?', { shiftKey: true }), 1)).toBeUndefined();
  });

  test('steps stop at both ends', () => {
    expect([clampIndex(-3, 10), clampIndex(4, 10), clampIndex(99, 10)]).toEqual([0, 4, 9]);
  });
});
