import { StorageError, type StorageErrorCode } from '../../core/errors.ts';

interface Meaning {
  readonly code: StorageErrorCode;
  readonly message: string;
  readonly remedy?: string;
  readonly retry?: 'later';
}

const GONE: Meaning = { code: 'not_found', message: 'object not found' };
const DENIED: Meaning = {
  code: 'forbidden',
  message: 'the system denies access to it',
  remedy: 'Give the system user that Sluice runs as the right to it.',
};
const FULL: Meaning = {
  code: 'quota_exceeded',
  message: 'the disk is full',
  remedy: 'Make room on the disk.',
};
const TAKEN: Meaning = { code: 'exists', message: 'the name is taken' };
const BUSY: Meaning = { code: 'unavailable', message: 'the system is too busy for it', retry: 'later' };

/** What the system's error codes mean here (errno(3)). */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  ENOENT: GONE,
  ENOTDIR: GONE,
  // A symbolic link, which is never followed.
  ELOOP: GONE,
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: { code: 'forbidden', message: 'the disk is read-only', remedy: 'Mount it for writing.' },
  EEXIST: TAKEN,
  ENOTEMPTY: TAKEN,
  EISDIR: { code: 'not_a_file', message: 'not a file' },
  ENAMETOOLONG: { code: 'invalid_name', message: 'the name is too long', remedy: 'Choose a shorter name.' },
  EINVAL: { code: 'invalid_argument', message: 'the system does not take this' },
  EILSEQ: {
    code: 'invalid_name',
    message: 'the disk does not take this name',
    remedy: 'Choose another name.',
  },
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: { code: 'quota_exceeded', message: 'the disk does not take files of this size' },
  EXDEV: {
    code: 'unsupported',
    message: 'it cannot be moved to another disk',
    remedy: 'Copy it, then remove the original.',
  },
  EMFILE: BUSY,
  ENFILE: BUSY,
  EBUSY: BUSY,
  EAGAIN: BUSY,
};

/** Turns a failure of the file system into a `StorageError` that names no path of the machine. Other errors pass as they are. */
export function fromSystem(error: unknown): Error {
  const errno = errnoOf(error);
  if (errno === undefined) return error instanceof Error ? error : new Error(String(error));
  const meaning: Meaning = MEANINGS[errno] ?? {
    code: 'unavailable',
    message: `the disk could not do it (${errno})`,
    remedy: 'Look at the disk and at the system log.',
  };
  return new StorageError(meaning.code, meaning.message, {
    ...(meaning.retry === undefined ? {} : { retry: meaning.retry }),
    detail: { vendorCode: errno, ...(meaning.remedy === undefined ? {} : { remedy: meaning.remedy }) },
    cause: error,
  });
}

/** The system's name for an error, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}
