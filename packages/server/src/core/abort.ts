/** An error of the shape that aborted web APIs reject with. */
export function abortError(reason?: unknown): Error {
  if (reason instanceof Error && reason.name === 'AbortError') return reason;
  const error = new Error('The operation was aborted', reason === undefined ? undefined : { cause: reason });
  error.name = 'AbortError';
  return error;
}

/** Throws an AbortError when the signal has fired. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortError(signal.reason);
}

/**
 * Waits for `promise`, or rejects with an AbortError as soon as the signal fires. The listener is taken off either way.
 * `promise` itself goes on; `late` receives its value when it comes after the abort, to let go of it.
 */
export async function waitOrAbort<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  late?: (value: T) => void,
): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortError(signal.reason));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    throwIfAborted(signal);
    return await Promise.race([promise, aborted]);
  } catch (error) {
    if (signal.aborted) promise.then(late ?? (() => {}), () => {}); // its outcome has no reader any more
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
