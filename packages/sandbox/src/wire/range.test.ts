import { describe, expect, test } from 'bun:test';
import { answerRange } from './range.ts';

const WHOLE = { kind: 'whole' } as const;
const NONE = { kind: 'unsatisfiable' } as const;
const part = (start: number, end: number) => ({ kind: 'part', start, end }) as const;

describe('a Range header for a file of 100 bytes', () => {
  test.each([
    [undefined, WHOLE],
    ['bytes=0-0', part(0, 1)],
    ['bytes=10-19', part(10, 20)],
    ['bytes=10-', part(10, 100)],
    ['bytes=0-', part(0, 100)],
    ['bytes=99-', part(99, 100)],
    ['bytes=90-1000', part(90, 100)],
    ['bytes=-10', part(90, 100)],
    ['bytes=-1000', part(0, 100)],
    ['bytes = 5-6 ', part(5, 7)],
    ['BYTES=5-6', part(5, 7)],
    ['bytes=5-6,20-30', part(5, 7)],
    ['bytes=100-', NONE],
    ['bytes=100-200', NONE],
    ['bytes=-0', NONE],
    ['bytes=20-10', WHOLE],
    ['bytes=', WHOLE],
    ['bytes=-', WHOLE],
    ['bytes=a-b', WHOLE],
    ['bytes=1', WHOLE],
    ['items=0-1', WHOLE],
    ['0-1', WHOLE],
  ] as const)('%p', (header, answer) => {
    expect(answerRange(header, 100)).toEqual(answer);
  });
});

test('an empty file has no range at all', () => {
  expect(answerRange(undefined, 0)).toEqual(WHOLE);
  for (const header of ['bytes=0-', 'bytes=0-0', 'bytes=-1', 'bytes=x']) {
    expect(answerRange(header, 0)).toEqual(NONE);
  }
});
