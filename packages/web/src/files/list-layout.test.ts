import { describe, expect, test } from 'bun:test';
import { layoutOf } from './list-layout.ts';

describe('the layout of a folder', () => {
  test('rows are 40 px with a mouse, 52 by touch, 72 with pictures', () => {
    expect(layoutOf('list', 800, false)).toEqual({ columns: 1, rowHeight: 40 });
    expect(layoutOf('list', 800, true)).toEqual({ columns: 1, rowHeight: 52 });
    expect(layoutOf('pictures', 800, true)).toEqual({ columns: 1, rowHeight: 72 });
  });

  test('a grid has as many columns as fit, and two on the narrowest screen', () => {
    expect(layoutOf('grid', 1200, false).columns).toBe(6);
    expect(layoutOf('grid', 320, true).columns).toBe(2);
    expect(layoutOf('grid', 0, true).columns).toBe(2);
  });
});
