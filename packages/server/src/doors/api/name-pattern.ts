import { type NamePattern, NamePatternError, namePattern as compiled } from '../../core/name-pattern.ts';
import { ApiFailure } from './envelope.ts';

export { MAX_PATTERN_LENGTH, type NamePattern } from '../../core/name-pattern.ts';

/** As in `core`. @throws ApiFailure 400 for a pattern or replacement that is too large, 500 for one that is none, as AList answers. */
export function namePattern(pattern: string, replacement: string): NamePattern {
  try {
    return compiled(pattern, replacement);
  } catch (error) {
    if (!(error instanceof NamePatternError)) throw error;
    throw new ApiFailure(error.kind === 'too_large' ? 400 : 500, error.message);
  }
}
