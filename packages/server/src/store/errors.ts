/** Why a store can't be opened. */
export type StoreErrorCode = 'newer_version' | 'unwritable' | 'corrupt' | 'busy' | 'wrong_key';

/** A store that can't be opened. The message is one line for the person who started the gateway: what happened and what to do. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The database was written by a newer Sluice. It was not changed. */
export class StoreVersionError extends StoreError {
  override readonly name = 'StoreVersionError';
  readonly found: number;
  readonly known: number;

  constructor(found: number, known: number) {
    super(
      'newer_version',
      `The database is from a newer version of Sluice (format ${found}, this one knows ${known}). Start the newer version, or restore a backup from before the update.`,
    );
    this.found = found;
    this.known = known;
  }
}
