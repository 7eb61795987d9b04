/** What went wrong with a request, as far as the page acts on it. */
export type ApiErrorKind =
  | 'unreachable'
  | 'signed_out'
  | 'forbidden'
  | 'not_found'
  | 'not_a_folder'
  | 'throttled'
  | 'invalid'
  | 'failed';

/** One setting that doesn't hold, as the storage form's door reports it. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

interface ApiErrorOptions {
  readonly code?: number;
  readonly retryAfterMs?: number;
  readonly data?: unknown;
  readonly cause?: unknown;
}

/** The one error of the API client. `message` is the gateway's own text; `kind` is what words for a person are chosen by. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly kind: ApiErrorKind;
  /** The envelope's code (API reference §1.2); 0 when there was no answer. */
  readonly code: number;
  readonly retryAfterMs: number | undefined;
  /** The envelope's `data`: some routes send an id and the fields at fault with an error. */
  readonly data: unknown;

  constructor(kind: ApiErrorKind, message: string, options: ApiErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.code = options.code ?? 0;
    this.retryAfterMs = options.retryAfterMs;
    this.data = options.data ?? null;
  }
}

/** The kind of error that an envelope's code and text stand for (API reference §1.2, §1.3). */
export function errorKind(code: number, message: string): ApiErrorKind {
  if (code === 401) return 'signed_out';
  if (code === 429) return 'throttled';
  if (/object not found|storage not found/.test(message)) return 'not_found';
  if (/\bnot a folder\b/.test(message)) return 'not_a_folder';
  if (code === 403) return 'forbidden';
  if (code === 404) return 'not_found';
  if (code === 400) return 'invalid';
  return 'failed';
}

/** True for the error of a request that was called off. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
