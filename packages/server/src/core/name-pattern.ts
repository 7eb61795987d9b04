import { RE2JS, type Matcher, RE2JSSyntaxException } from 're2js';

/** Longest pattern and longest replacement, in characters. */
export const MAX_PATTERN_LENGTH = 512;

/** Steps that a compiled pattern may have. The time for one name grows with them, so that no name takes longer than some milliseconds. */
const MAX_PATTERN_SIZE = 1_000;

/** A pattern or replacement that can't be used, in words. */
export class NamePatternError extends Error {
  override readonly name = 'NamePatternError';
  readonly kind: 'too_large' | 'malformed';

  constructor(kind: NamePatternError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** What a name becomes; undefined for one that the pattern doesn't match. */
export type NamePattern = (name: string) => string | undefined;

/**
 * A pattern in RE2's syntax with a replacement in Go's, as `fs/regex_rename` takes them (API reference §3.7). It runs in time that grows
 * with the length of the name alone, whatever the pattern: there is no backtracking.
 *
 * @throws NamePatternError for a pattern or replacement that is too large, or none.
 */
export function namePattern(pattern: string, replacement: string): NamePattern {
  if (pattern.length > MAX_PATTERN_LENGTH || replacement.length > MAX_PATTERN_LENGTH) {
    throw new NamePatternError('too_large', `a pattern may have ${MAX_PATTERN_LENGTH} characters at most`);
  }
  const compiled = compile(pattern);
  if (compiled.programSize() > MAX_PATTERN_SIZE) {
    throw new NamePatternError('too_large', 'the pattern is too complex: use fewer or smaller repetitions');
  }
  const named = compiled.namedGroups();
  return (name) => {
    const matcher = compiled.matcher(name);
    let result = '';
    let copied = 0;
    let matches = 0;
    let lastEnd = -1;
    while (matcher.find()) {
      matches++;
      const [start, end] = [matcher.start(), matcher.end()];
      if (start === end && start === lastEnd) continue; // as in Go: nothing is no match right behind one
      lastEnd = end;
      result += name.slice(copied, start) + expand(replacement, matcher, named);
      copied = end;
    }
    return matches === 0 ? undefined : result + name.slice(copied);
  };
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) throw new NamePatternError('malformed', error.message);
    throw error;
  }
}

/** `$1`, `$name`, `${1}`, `${name}` and `$$`. A name is as long as can be, and a group that there isn't is empty, as in Go. */
function expand(template: string, matcher: Matcher, named: Readonly<Record<string, number>>): string {
  return template.replaceAll(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    if (whole === '$$') return '$';
    const key = braced ?? bare ?? '';
    const group = /^\d+$/.test(key) ? Number(key) : Object.hasOwn(named, key) ? named[key] : undefined;
    if (group === undefined || group > matcher.groupCount()) return '';
    return matcher.group(group) ?? '';
  });
}
