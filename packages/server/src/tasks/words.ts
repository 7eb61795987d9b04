import type { StorageError } from '../core/errors.ts';

/** An error with what to do about it. */
export function wordsOf({ message, detail }: StorageError): string {
  return detail.remedy === undefined ? message : `${message.replace(/[.:]?$/, '.')} ${detail.remedy}`;
}
