import { describe, expect, test } from 'bun:test';
import { readEntry } from '../api/entries.ts';
import { type ViewerName, viewerFor } from './viewer-for.ts';

describe('the viewer of a file', () => {
  const cases: [{ name: string; type: number }, ViewerName | undefined][] = [
    [{ name: 'a.mp4', type: 2 }, 'film'],
    [{ name: 'a.mp3', type: 3 }, 'audio'],
    [{ name: 'a.jpg', type: 5 }, 'image'],
    [{ name: 'a.pdf', type: 0 }, 'pdf'],
    [{ name: 'README.md', type: 4 }, 'markdown'],
    [{ name: 'a.txt', type: 4 }, 'text'],
    [{ name: 'a.srt', type: 4 }, 'text'],
    [{ name: 'a.zip', type: 0 }, undefined],
    [{ name: 'a.bin', type: 0 }, undefined],
  ];
  test.each(cases)('of %p is %p', (wire, viewer) => {
    expect(viewerFor(readEntry(wire))).toBe(viewer);
  });
});
