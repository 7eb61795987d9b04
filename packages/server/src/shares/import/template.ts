import { checkName } from '../../core/entry-name.ts';
import { StorageError } from '../../core/errors.ts';
import { normalizePath, type TreePath } from '../../core/path.ts';

/** Where shares go unless somebody says otherwise. */
export const DEFAULT_TEMPLATE = '/Shares/{category}/{name}';

const PLACEHOLDER = /\{([^{}]*)\}/g;
const KNOWN = ['category', 'name', 'id'];
const MAX_BYTES = 255;

/** What a template is filled with. A category may be of several levels, as `Films/Old`. */
export interface PathParts {
  readonly category: string;
  readonly name: string;
  readonly id: string;
}

/** A checked path template. */
export type PathTemplate = (parts: PathParts) => TreePath;

/**
 * Checks a template such as `/Shares/{category}/{name}`. Folders that come out empty fall away; what a name can't hold is replaced in it.
 * @throws StorageError `invalid_argument` for a template without name and id, with unknown words in braces, or that is no path.
 */
export function parseTemplate(text: string): PathTemplate {
  const names = [...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '');
  const unknown = names.find((name) => !KNOWN.includes(name));
  if (unknown !== undefined)
    throw bad(`The path knows no {${unknown}}. There are {category}, {name} and {id}.`);
  if (!names.includes('name') && !names.includes('id')) {
    throw bad('The path needs {name} or {id} in it, or all shares would be mounted at one place.');
  }
  const segments = normalizePath(text)
    .split('/')
    .filter((segment) => segment !== '');
  return (parts) => {
    const filled = segments.flatMap((segment) => fill(segment, parts)).filter((segment) => segment !== '');
    return normalizePath(`/${filled.join('/')}`);
  };
}

/** One segment of a template. A category may make several of it. */
function fill(segment: string, { category, name, id }: PathParts): string[] {
  if (segment === '{category}') return category.split(/[/\\]/).map(asSegment);
  const words: Readonly<Record<string, string>> = { category, name, id };
  return [asSegment(segment.replace(PLACEHOLDER, (_, word: string) => words[word] ?? ''))];
}

/** Text as one segment of a path, as close to it as a segment can be. */
export function asSegment(text: string): string {
  const tidy = text
    .toWellFormed()
    .replace(/[\p{Cc}]+/gu, ' ')
    .replace(/[/\\]+/g, '-')
    .trim();
  const short = shortened(tidy);
  if (short === '') return '';
  const name = /^\.{1,2}$/.test(short) ? '_' : short;
  checkName(name);
  return name;
}

function shortened(text: string): string {
  if (Buffer.byteLength(text) <= MAX_BYTES) return text;
  let short = text;
  while (Buffer.byteLength(short) > MAX_BYTES - 3)
    short = short
      .slice(0, -1)
      .toWellFormed()
      .replace(/\ufffd$/, '');
  return `${short.trimEnd()}…`;
}

function bad(message: string): StorageError {
  return new StorageError('invalid_argument', message, {
    detail: { remedy: `Try ${DEFAULT_TEMPLATE}.` },
  });
}
