import { describe, expect, test } from 'bun:test';
import { contentRange, parseContentRange, parseRange } from './range.ts';

const SIZE = 1000;

describe('parseRange', () => {
  const parts: [header: string, start: number, end: number][] = [
    ['bytes=0-0', 0, 1],
    ['bytes=0-499', 0, 500],
    ['bytes=500-', 500, 1000],
    ['bytes=999-', 999, 1000],
    ['bytes=999-999', 999, 1000],
    ['bytes=-1', 999, 1000],
    ['bytes=-1000', 0, 1000],
    ['bytes=-5000', 0, 1000],
    ['bytes=10-99999999999999999999', 10, 1000],
    ['BYTES=1-2', 1, 3],
    ['bytes= 1-2 ', 1, 3],
    ['bytes=,1-2,', 1, 3],
    ['bytes=007-010', 7, 11],
  ];
  test.each(parts)('%s is served as a part', (header, start, end) => {
    expect(parseRange(header, SIZE)).toEqual({ kind: 'part', range: { start, end } });
  });

  test.each(['bytes=1000-', 'bytes=1000-2000', 'bytes=99999999999999999999-', 'bytes=-0'])(
    '%s can not be satisfied',
    (header) => {
      expect(parseRange(header, SIZE)).toEqual({ kind: 'unsatisfiable' });
    },
  );

  test.each([
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=5-2',
    'bytes=1-2-3',
    'bytes=1 - 2',
    'bytes=0x1-0x2',
    'bytes=+1-2',
    'bytes=-1.5',
    'bytes 0-1',
    'items=0-1',
    'bytes=0-1,x',
    '',
  ])('%p is ignored', (header) => {
    expect(parseRange(header, SIZE)).toEqual({ kind: 'whole' });
  });

  const sets: [header: string, size: number, ranges: [number, number][]][] = [
    [
      'bytes=0-9,500-509',
      1000,
      [
        [0, 10],
        [500, 510],
      ],
    ],
    [
      'bytes=-10,0-9',
      1000,
      [
        [0, 10],
        [990, 1000],
      ],
    ],
    [
      'bytes=500-509, 0-9 ,5000-',
      1000,
      [
        [0, 10],
        [500, 510],
      ],
    ],
    [
      'bytes=0-9,5-20,15-30,500-509',
      1000,
      [
        [0, 31],
        [500, 510],
      ],
    ],
  ];
  test.each(sets)('%s of %d bytes is served in parts', (header, size, ranges) => {
    const expected = ranges.map(([start, end]) => ({ start, end }));
    expect(parseRange(header, size)).toEqual({ kind: 'parts', ranges: expected });
  });

  test('ranges that overlap or nearly touch become one', () => {
    expect(parseRange('bytes=0-9,20-29', SIZE)).toEqual({ kind: 'part', range: { start: 0, end: 30 } });
    expect(parseRange('bytes=0-0,0-0,0-0', SIZE)).toEqual({ kind: 'part', range: { start: 0, end: 1 } });
    expect(parseRange('bytes=5000-,6000-', SIZE)).toEqual({ kind: 'unsatisfiable' });
  });

  test('range flood (CVE-2011-3192): many ranges, or more than the file holds, are the whole file', () => {
    const flood = (count: number, step: number): string =>
      `bytes=${Array.from({ length: count }, (_, i) => `${i * step}-${i * step}`).join()}`;
    expect(parseRange(flood(10_000, 1000), 1e9)).toEqual({ kind: 'whole' });
    expect(parseRange(flood(17, 1000), 1e9)).toEqual({ kind: 'whole' });
    expect(parseRange(flood(16, 1000), 1e9)).toMatchObject({ kind: 'parts' });
    expect(parseRange('bytes=0-,0-,0-', SIZE)).toEqual({ kind: 'whole' });
  });

  test('no header asks for the whole body', () => {
    expect(parseRange(undefined, SIZE)).toEqual({ kind: 'whole' });
  });

  test('an empty body has no ranges to refuse', () => {
    expect(parseRange('bytes=0-', 0)).toEqual({ kind: 'whole' });
    expect(parseRange('bytes=-5', 0)).toEqual({ kind: 'whole' });
  });
});

describe('Content-Range', () => {
  test('names the last byte, not the one behind it', () => {
    expect(contentRange({ start: 0, end: 500 }, 1000)).toBe('bytes 0-499/1000');
  });

  test('what is written is read back', () => {
    expect(parseContentRange('bytes 0-499/1000')).toEqual({ range: { start: 0, end: 500 }, total: 1000 });
    expect(parseContentRange('bytes 0-499/*')).toEqual({ range: { start: 0, end: 500 } });
    expect(parseContentRange('bytes */1000')).toEqual({ total: 1000 });
  });

  test.each([undefined, '', 'bytes 5-2/10', 'bytes 0-10/10', 'bytes 0-1', 'items 0-1/2', 'bytes a-b/c'])(
    '%p is not relied on',
    (header) => {
      expect(parseContentRange(header)).toBeUndefined();
    },
  );
});
