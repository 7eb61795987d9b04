import { type StorageErrorCode, StorageError } from '../../core/errors.ts';
import { explain } from '../../http/problem.ts';
import { ConfigError } from '../../storages/service.ts';
import { AuthError } from '../../users/user.ts';
import { NoStorageError } from '../../vfs/no-storage-error.ts';
import { ApiFailure, type Envelope } from './envelope.ts';

/** Codes that are not the 500 which the API gives to everything else, objects that don't exist among it (API reference §1.2). */
const CODES: Partial<Record<StorageErrorCode, number>> = {
  invalid_name: 400,
  invalid_argument: 400,
  forbidden: 403,
  exists: 403,
};

/** Texts that clients compare (API reference §1.3); for all other errors the storage's own words go out. */
const TEXTS: Partial<Record<StorageErrorCode, string>> = {
  not_found: 'object not found',
  not_a_folder: 'not a folder',
  not_a_file: 'not a file',
};

/** AList's whole text for a bad name; which name would do follows it, where the storage says so. */
const INVALID_NAME = 'invalid file name';

/** Any error as the API answers it. Of unexpected ones nothing is told: their text may hold addresses or secrets. */
export function envelopeOf(error: unknown): Envelope {
  if (error instanceof ApiFailure) return { code: error.code, message: error.message, data: error.data };
  if (error instanceof AuthError) {
    const { code, message, retryAfterMs } = error;
    return { code, message, data: null, retryAfterMs };
  }
  if (error instanceof ConfigError) {
    return { code: 400, message: error.message, data: { id: 0, problems: error.problems } };
  }
  if (error instanceof NoStorageError) return { code: 500, message: error.message, data: null };
  if (error instanceof StorageError) {
    return {
      code: CODES[error.code] ?? 500,
      message: TEXTS[error.code] ?? wordsOf(error),
      data: null,
      retryAfterMs: error.retryAfterMs,
    };
  }
  return { code: 500, message: 'internal error', data: null };
}

function wordsOf(error: StorageError): string {
  if (error.code !== 'invalid_name' || error.message === INVALID_NAME) return explain(error);
  return `${INVALID_NAME}: ${explain(error)}`;
}

/** Whether an error is a fault of ours, to be logged with its cause. */
export function isUnexpected(error: unknown): boolean {
  return ![ApiFailure, AuthError, ConfigError, StorageError].some((type) => error instanceof type);
}
