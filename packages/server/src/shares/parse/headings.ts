import { cleanName, nameBefore } from './names.ts';
import type { TextLine } from './text-line.ts';

const MARKED =
  /^\s{0,3}(?:#{1,6}\s{1,9}(.{1,200}?)\s{0,9}#{0,6}|={2,9}\s{0,9}(.{1,200}?)\s{0,9}={2,9}|【([^【】]{1,80})】)\s*$/u;
const KEY = /^(\S.{0,200}?)\s?[:：]\s*$/u;
const COMMENT = /^\s*#/;

/** Whether a text has YAML's form of categories: a key alone in its line, and below it, further in, a line with an address. */
export function hasKeys(lines: readonly TextLine[]): boolean {
  const meant = lines.filter(({ text }) => text !== '' && !COMMENT.test(text));
  return meant.some((line, index) => isKey(line) && isIndented(meant[index + 1]));
}

/**
 * The category that a line opens for those behind it: a heading of Markdown or chat posts, a YAML key; undefined for other lines.
 *
 * @param next the next line that is not empty
 */
export function headingOf(line: TextLine, next: TextLine | undefined): string | undefined {
  if (line.addresses.length > 0) return undefined;
  if (isKey(line) && (isIndented(next) || hasNamedAddress(next))) return cleanName(line.text);
  const marked = MARKED.exec(line.text);
  if (marked === null) return undefined;
  // 【a film】 right above its address is a name, and so is a heading that stands over one address alone.
  if (marked[3] !== undefined && next?.addresses.length === 1 && !hasNamedAddress(next)) return undefined;
  return cleanName(marked[1] ?? marked[2] ?? marked[3] ?? '');
}

/** Whether a line of a text with keys is only for people who read the file. */
export function isComment(line: TextLine): boolean {
  return COMMENT.test(line.text) && line.addresses.length === 0;
}

function isKey(line: TextLine): boolean {
  return line.addresses.length === 0 && KEY.test(line.text);
}

function isIndented(line: TextLine | undefined): boolean {
  return line !== undefined && line.addresses.length > 0 && /^\s/.test(line.text);
}

function hasNamedAddress(line: TextLine | undefined): boolean {
  const first = line?.addresses[0];
  return (
    line !== undefined && first !== undefined && nameBefore(line.text.slice(0, first.start)) !== undefined
  );
}
