import { describe, expect, test } from 'bun:test';
import { readEntry } from '../api/entries.ts';
import { subtitlesOf } from './subtitles.ts';

const files = (...names: string[]) => names.map((name) => readEntry({ name }));

describe('subtitles of a film', () => {
  test('are the files named like it, the plain ones first', () => {
    const found = subtitlesOf(
      { name: 'Film.mp4' },
      files('Film.zh.srt', 'Film.ass', 'Film.srt', 'Film.mp4', 'Other.srt'),
    );
    expect(found.map(({ label }) => label)).toEqual(['srt', 'ass', 'zh.srt']);
  });

  test('of another film with a longer name are not taken', () => {
    expect(subtitlesOf({ name: 'Film.mp4' }, files('Film 2.srt'))).toEqual([]);
  });

  test('may belong to a film without an extension', () => {
    expect(subtitlesOf({ name: 'Film' }, files('Film.srt')).map(({ format }) => format)).toEqual(['srt']);
  });
});
