/** Rewrites error texts before they leave. */
export type TextFilter = (text: string) => string;

/**
 * Masks every match of the patterns, one to a line, by as many `*` as it has bytes (API reference §1.4).
 * Lines that are no pattern are left out: a slip in the settings must not take the API down.
 */
export function privacyFilter(patterns: string): TextFilter {
  const regexes = patterns.split('\n').flatMap((line) => compile(line.trim()));
  return (text) =>
    regexes.reduce(
      (masked, regex) => masked.replaceAll(regex, (match) => '*'.repeat(Buffer.byteLength(match))),
      text,
    );
}

/** The patterns are written for Go: its leading `(?U)` (all quantifiers lazy) is the one form in use that JavaScript lacks. */
function compile(line: string): RegExp[] {
  if (line === '') return [];
  const lazy = line.startsWith('(?U)');
  const source = lazy ? line.slice(4).replaceAll(/(?<!\\)([*+?}])(?![?+])/g, '$1?') : line;
  try {
    return [new RegExp(source, 'g')];
  } catch {
    return [];
  }
}
