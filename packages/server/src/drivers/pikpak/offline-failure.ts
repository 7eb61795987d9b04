import { StorageError } from '../../core/errors.ts';

const MAX_WORDS = 200;

/** What the message of a failed offline download means (protocol reference §5.3, §5.5). Messages are written for people. */
export function offlineFailure(message: string): StorageError {
  if (/space is not enough/i.test(message)) {
    return new StorageError('quota_exceeded', 'The PikPak account is full.', {
      detail: { remedy: "Delete something, empty PikPak's trash, or get more space; then try again." },
    });
  }
  if (/copyright|harmful|sensitive|no longer available/i.test(message)) {
    return new StorageError('content_blocked', `PikPak refuses this content: ${wordsOf(message)}.`, {
      detail: { remedy: 'Another source of the same thing may pass. Trying again does not help.' },
    });
  }
  if (/file deleted/i.test(message)) {
    return new StorageError('not_found', 'The files were deleted in PikPak after they had come.', {
      detail: { remedy: "Look into PikPak's trash, or begin the download anew." },
    });
  }
  if (/timeout/i.test(message)) {
    return new StorageError('timeout', 'PikPak found nobody who sends this in time.', {
      retry: 'later',
      detail: { remedy: 'Try again; if it stays so, the link is dead: look for another one.' },
    });
  }
  return new StorageError('unavailable', `PikPak couldn't download it: ${wordsOf(message)}.`, {
    ...(/retry|try again/i.test(message) ? { retry: 'later' } : {}),
    detail: { remedy: 'Try again. If it stays so, check that the link works in a browser.' },
  });
}

function wordsOf(message: string): string {
  const words = message
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, MAX_WORDS)
    .replace(/\.$/, '');
  return words === '' ? 'it gives no reason' : words;
}
