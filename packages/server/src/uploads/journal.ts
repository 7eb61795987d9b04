import type { UploadJournal, UploadTarget } from '../core/driver.ts';
import type { HeldRecord, UploadRecord, UploadRecords } from './record.ts';

/** What a journal writes down of its file. */
export type JournalFile = Pick<UploadRecord, 'owner' | 'size' | 'hashes'>;

export interface JournalOptions {
  readonly id: string;
  readonly records: UploadRecords;
  readonly suspended: AbortSignal;
  /** Asked at every entry. */
  readonly file: () => JournalFile;
  /** What a process before this one has written. */
  readonly earlier?: UploadRecord | HeldRecord;
  /** Whether a task has it. */
  readonly held?: boolean;
}

/** The journal of one file in the spool. */
export class Journal implements UploadJournal {
  readonly id: string;
  readonly suspended: AbortSignal;
  triesAgain = false;
  readonly #records: UploadRecords;
  readonly #file: () => JournalFile;
  #target: UploadTarget | undefined;
  #driver: unknown;
  #held: boolean;

  constructor({ id, records, suspended, file, earlier, held = false }: JournalOptions) {
    this.id = id;
    this.suspended = suspended;
    this.#records = records;
    this.#file = file;
    this.#target = earlier?.target;
    this.#driver = earlier?.driver;
    this.#held = held;
  }

  /** The id of the user whose upload it is. */
  get owner(): number | undefined {
    return this.#file().owner;
  }

  /** Where it was to go when it was begun; undefined before. */
  get target(): UploadTarget | undefined {
    return this.#target;
  }

  /** A task has it from here on, that also begins with it. */
  async hold(): Promise<void> {
    this.#held = true;
    await this.#write();
  }

  /** Whether the upload is to go on in the next process. */
  get staysBehind(): boolean {
    return this.#isWritten && this.suspended.aborted;
  }

  async begin(target: UploadTarget): Promise<void> {
    this.#target = target;
    await this.#write();
  }

  load(): Promise<unknown> {
    return Promise.resolve(this.#driver ?? undefined);
  }

  async save(state: unknown): Promise<void> {
    this.#driver = state;
    await this.#write();
  }

  /** The upload has come to its end, a good one or not. */
  async end(): Promise<void> {
    if (!this.#isWritten) return;
    await this.#records.remove(this.id);
  }

  get #isWritten(): boolean {
    return this.#target !== undefined || this.#held;
  }

  async #write(): Promise<void> {
    if (!this.#isWritten) return;
    const record = {
      stage: this.#held ? 'held' : 'leaving',
      ...this.#file(),
      ...(this.#target === undefined ? {} : { target: this.#target }),
      driver: this.#driver ?? null,
    };
    await this.#records.save(this.id, record);
  }
}
