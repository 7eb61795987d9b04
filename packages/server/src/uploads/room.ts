import { StorageError } from '../core/errors.ts';
import { diskFull, type SpoolDisk } from './disk.ts';

/** How much uploads may take on this machine, in bytes. */
export interface SpoolLimits {
  /** Of one file. */
  readonly file: number;
  /** Of all files at once. */
  readonly total: number;
  /** Of one user's files at once. */
  readonly perUser: number;
}

/** What is left for the database and everything else on the disk. */
const KEPT_FREE = 256 * 1024 * 1024;

/** Bytes set aside for one file. */
export interface Share {
  /** Sets aside `bytes` more. @throws StorageError `quota_exceeded`; nothing is set aside then. */
  grow(bytes: number): Promise<void>;
  /** Counts bytes that are on the disk already, whatever the limits. */
  adopt(bytes: number): void;
  /** Sets aside bytes that were granted by a process before this one, whatever the limits. */
  promise(bytes: number): void;
  /** Tells that `bytes` of what was set aside are on the disk. */
  wrote(bytes: number): void;
  /** Gives everything back. Safe to call twice. */
  release(): void;
}

/**
 * The room for uploads: limits, and the space of the disk, are looked at before bytes come, so that two uploads never count on the same
 * space.
 */
export class SpoolRoom {
  readonly #disk: Pick<SpoolDisk, 'free'>;
  readonly #limits: () => SpoolLimits;
  readonly #perOwner = new Map<number, number>();
  #total = 0;
  /** Set aside, and not on the disk yet. */
  #promised = 0;

  constructor(disk: Pick<SpoolDisk, 'free'>, limits: () => SpoolLimits) {
    this.#disk = disk;
    this.#limits = limits;
  }

  /** Bytes that are set aside for all files together. */
  get used(): number {
    return this.#total;
  }

  /** @param owner whose file it is; what the gateway fetches for itself has none */
  share(owner?: number): Share {
    let [held, written, released] = [0, 0, false];
    const take = (bytes: number): void => {
      held += bytes;
      this.#count(owner, bytes);
    };
    return {
      grow: async (bytes) => {
        this.#check(held + bytes, bytes, owner);
        take(bytes); // before the disk is asked: others must not count on it meanwhile
        const promised = this.#promised;
        try {
          if ((await this.#disk.free()) - promised < KEPT_FREE) throw diskFull();
        } catch (error) {
          if (!released) take(-bytes);
          throw error;
        }
      },
      promise: take,
      adopt: (bytes) => {
        take(bytes);
        written += bytes;
        this.#promised -= bytes;
      },
      wrote: (bytes) => {
        const known = Math.min(bytes, held - written);
        written += known;
        this.#promised -= known;
      },
      release: () => {
        if (released) return;
        released = true;
        this.#promised += written;
        take(-held);
      },
    };
  }

  #count(owner: number | undefined, bytes: number): void {
    this.#total += bytes;
    this.#promised += bytes;
    if (owner === undefined) return;
    const own = (this.#perOwner.get(owner) ?? 0) + bytes;
    if (own === 0) this.#perOwner.delete(owner);
    else this.#perOwner.set(owner, own);
  }

  #check(size: number, more: number, owner: number | undefined): void {
    const limits = this.#limits();
    if (size > limits.file) throw tooLarge(limits.file);
    const own = owner === undefined ? 0 : (this.#perOwner.get(owner) ?? 0);
    if (own + more > limits.perUser) {
      throw noRoom('your uploads that are under way take all the room that is yours', 'Let them end first.');
    }
    if (this.#total + more > limits.total) {
      throw noRoom('the uploads that are under way take all the room there is', 'Try again in a while.');
    }
  }
}

function tooLarge(limit: number): StorageError {
  return new StorageError('quota_exceeded', `files above ${limit} bytes can't be uploaded here`, {
    detail: { remedy: 'An admin can change that in the settings.' },
  });
}

function noRoom(message: string, remedy: string): StorageError {
  return new StorageError('quota_exceeded', message, {
    retry: 'later',
    detail: { remedy: `${remedy} An admin can give uploads more room in the settings.` },
  });
}
