import { expect, test } from 'bun:test';
import { abortError } from '../../core/abort.ts';
import { StorageError } from '../../core/errors.ts';
import { fromSystem } from './errors.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: open '/srv/private/place'`), { code });
}

test.each([
  ['ENOENT', 'not_found'],
  ['ELOOP', 'not_found'],
  ['EACCES', 'forbidden'],
  ['EPERM', 'forbidden'],
  ['EROFS', 'forbidden'],
  ['EEXIST', 'exists'],
  ['ENAMETOOLONG', 'invalid_name'],
  ['EISDIR', 'not_a_file'],
  ['ENOSPC', 'quota_exceeded'],
  ['EXDEV', 'unsupported'],
  ['EMFILE', 'unavailable'],
  ['EIO', 'unavailable'],
  ['ESOMETHINGNEW', 'unavailable'],
])('%s is %s, with the code for the log and no path in the message', (errno, code) => {
  const error = fromSystem(systemError(errno));
  expect(error).toMatchObject({ code, detail: { vendorCode: errno } });
  expect(error.message).not.toContain('/srv');
});

test('only what passes by itself is worth another try', () => {
  const retryOf = (errno: string): unknown => {
    const error = fromSystem(systemError(errno));
    return error instanceof StorageError && error.retry;
  };
  expect(['EMFILE', 'EBUSY', 'EIO', 'ENOENT'].map(retryOf)).toEqual(['later', 'later', 'never', 'never']);
});

test('errors that are not of the file system pass as they are', () => {
  for (const error of [new StorageError('exists', 'taken'), abortError(), new TypeError('a mistake')]) {
    expect(fromSystem(error)).toBe(error);
  }
});
