import type { Entry } from '../api/entries.ts';
import { extensionOf } from '../tree/tree-path.ts';

/** Formats that the player turns into cues. Of ASS it takes the words and leaves the styling. */
const FORMATS = ['srt', 'vtt', 'ass'] as const;
export type SubtitleFormat = (typeof FORMATS)[number];

export interface Subtitle {
  readonly file: Entry;
  readonly format: SubtitleFormat;
  /** What tells it from the film's other subtitles: `zh.srt` of `film.zh.srt`, else the extension. */
  readonly label: string;
}

/** The subtitles among the files beside a film: those named as the film is, plain ones first. */
export function subtitlesOf(film: Pick<Entry, 'name'>, beside: readonly Entry[]): Subtitle[] {
  const dot = film.name.lastIndexOf('.');
  const stem = dot > 0 ? film.name.slice(0, dot) : film.name;
  const found = beside.flatMap((file) => {
    const format = FORMATS.find((known) => known === extensionOf(file.name));
    if (file.isFolder || format === undefined || !file.name.startsWith(`${stem}.`)) return [];
    return [{ file, format, label: file.name.slice(stem.length + 1) }];
  });
  return found.sort(
    (a, b) => a.label.length - b.label.length || FORMATS.indexOf(a.format) - FORMATS.indexOf(b.format),
  );
}
