import { StorageError } from '../core/errors.ts';
import { ROOT, type TreePath } from '../core/path.ts';

/** Runs something for someone confined to `base`: the errors that they get don't name the storage, whose place may lie outside. */
export async function confined<T>(base: TreePath, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const told = error instanceof StorageError && error.detail.storage !== undefined;
    if (base === ROOT || !told) throw error;
    throw withoutStorage(error);
  }
}

function withoutStorage(error: StorageError): StorageError {
  const { code, message, retry, retryAfterMs, cause } = error;
  const { storage: _, ...detail } = error.detail;
  return new StorageError(code, message, {
    retry,
    detail,
    cause,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
