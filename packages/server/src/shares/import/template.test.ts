import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { asSegment, DEFAULT_TEMPLATE, parseTemplate } from './template.ts';

const parts = { category: 'Films', name: 'A', id: 'VNa' };

describe('a path template', () => {
  test.each([
    [DEFAULT_TEMPLATE, parts, '/Shares/Films/A'],
    [DEFAULT_TEMPLATE, { ...parts, category: '' }, '/Shares/A'],
    [DEFAULT_TEMPLATE, { ...parts, category: 'Films/Old' }, '/Shares/Films/Old/A'],
    ['{name} [{id}]', parts, '/A [VNa]'],
    ['/{category} - {name}', { ...parts, category: 'a/b' }, '/a-b - A'],
    [DEFAULT_TEMPLATE, { ...parts, name: 'AC/DC' }, '/Shares/Films/AC-DC'],
    [DEFAULT_TEMPLATE, { ...parts, name: '..' }, '/Shares/Films/_'],
    [DEFAULT_TEMPLATE, { ...parts, category: '../..' }, '/Shares/_/_/A'],
    [DEFAULT_TEMPLATE, { ...parts, name: 'a\u0000b\nc' }, '/Shares/Films/a b c'],
  ])('%p with %p is %p', (template, filled, path) => {
    expect(parseTemplate(template)(filled)).toBe(path as never);
  });

  test.each(['/Shares', '/Shares/{category}', '/{nmae}', '/../{name}', '/a\u0000/{name}'])(
    '%p is refused',
    (text) => {
      expect(() => parseTemplate(text)).toThrow();
    },
  );

  test('path traversal: whatever a share is called, it is one segment', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const segment = asSegment(name);
        expect(segment).not.toMatch(/[/\\\0]|^\.{1,2}$/);
        expect(Buffer.byteLength(segment)).toBeLessThanOrEqual(255);
      }),
      { numRuns: 2000 },
    );
  });
});
