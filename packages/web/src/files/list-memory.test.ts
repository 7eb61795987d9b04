import { describe, expect, test } from 'bun:test';
import { createListMemory } from './list-memory.ts';

describe('places in lists', () => {
  test('belong to one visit of one folder', () => {
    const memory = createListMemory();
    memory.save('k1', '/a', { offset: 400, cursor: 'x' });
    expect(memory.restore('k1', '/a')).toEqual({ offset: 400, cursor: 'x' });
    expect(memory.restore('k2', '/a')).toBeUndefined();
    expect(memory.restore('k1', '/b')).toBeUndefined();
  });

  test('a folder remembers which of its entries was entered last', () => {
    const memory = createListMemory();
    memory.entered('/a/b');
    memory.entered('/a/c');
    memory.entered('/');
    expect(memory.lastChild('/a')).toBe('c');
    expect(memory.lastChild('/')).toBeUndefined();
  });

  test('only so many are kept, the oldest go first', () => {
    const memory = createListMemory();
    for (let visit = 0; visit <= 500; visit += 1)
      memory.save(String(visit), '/', { offset: visit, cursor: undefined });
    expect(memory.restore('0', '/')).toBeUndefined();
    expect(memory.restore('1', '/')?.offset).toBe(1);
  });
});
