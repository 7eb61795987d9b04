import { randomBytes } from 'node:crypto';
import type { Blob } from '../../types.ts';
import type { Drive } from '../drive/drive.ts';
import type { Spool, SpooledFile } from './spool.ts';

/** The object store's only bucket (protocol reference §4.5). */
export const BUCKET = 'vip-lixian-07';

/** What requests of one upload are signed with (§4.5). */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
}

/** A multipart upload that was begun: its parts by number. */
export type Parts = Map<number, SpooledFile & { readonly storedAt: number }>;

/** Content that has arrived. `genuine`: its hash is the announced one, as far as that was looked at. */
export interface Delivery {
  readonly blob: Blob;
  readonly files: readonly SpooledFile[];
  readonly genuine: boolean;
}

/** One promise of bytes: a pending file, and the only key that its credentials are good for. */
export interface Upload {
  readonly drive: Drive;
  readonly fileId: string;
  readonly taskId: string;
  readonly size: number;
  /** As announced, upper case. */
  readonly gcid: string;
  readonly mimeType: string;
  readonly key: string;
  readonly credentials: Credentials;
  readonly expiresAt: number;
  /** Multipart uploads under way, by upload id. */
  readonly multiparts: Map<string, Parts>;
  /** From the last byte to the file's completion, where a scripted fault says it. */
  delayMs?: number;
  /** What will become the file's content; absent until all bytes are there. */
  delivery?: Delivery;
  /** Set when the file has its content: what is put under the key afterwards changes nothing (guess). */
  settled?: true;
}

/** What an upload begins with. */
export type NewUpload = Pick<Upload, 'drive' | 'fileId' | 'taskId' | 'size' | 'gcid' | 'mimeType'>;

interface UploadsOptions {
  readonly now: () => number;
  readonly lifeMs: number;
  readonly spool: Spool;
}

const MAX_UPLOADS = 10_000;
const NANOSECONDS_PER_MS = 1_000_000;

/** The uploads that credentials were given out for. Remembers at most 10 000, dropping the oldest. */
export class Uploads {
  readonly #options: UploadsOptions;
  readonly #byKeyId = new Map<string, Upload>();
  readonly #byFile = new Map<string, Upload>();
  readonly #byTask = new Map<string, Upload>();
  #count = 0;

  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  /** Gives out credentials for one key (rule U4). */
  open(upload: NewUpload): Upload {
    const { now, lifeMs } = this.#options;
    this.#count += 1;
    const nanoseconds = BigInt(now()) * BigInt(NANOSECONDS_PER_MS) + BigInt(this.#count % NANOSECONDS_PER_MS);
    const opened: Upload = {
      ...upload,
      key: `upload_tmp/${upload.gcid}_${nanoseconds}`,
      credentials: makeCredentials(),
      expiresAt: now() + lifeMs,
      multiparts: new Map(),
    };
    this.#byKeyId.set(opened.credentials.accessKeyId, opened);
    this.#byFile.set(opened.fileId, opened);
    this.#byTask.set(opened.taskId, opened);
    const [oldest] = this.#byKeyId.values();
    if (this.#byKeyId.size > MAX_UPLOADS && oldest !== undefined) this.#cancel(oldest);
    this.#dropExpiredParts();
    return opened;
  }

  byKeyId(accessKeyId: string): Upload | undefined {
    return this.#byKeyId.get(accessKeyId);
  }

  /** Rule U11: credentials stop working when their pending file is gone… */
  cancelFile(fileId: string): void {
    const upload = this.#byFile.get(fileId);
    if (upload !== undefined) this.#cancel(upload);
  }

  /** …or their task. */
  cancelTask(taskId: string): void {
    const upload = this.#byTask.get(taskId);
    if (upload !== undefined) this.#cancel(upload);
  }

  /** Removes what was stored for a multipart upload that ended without its parts. */
  dropParts(upload: Upload, uploadId: string): void {
    this.#options.spool.discard(upload.multiparts.get(uploadId)?.values() ?? []);
    upload.multiparts.delete(uploadId);
  }

  #cancel(upload: Upload): void {
    this.#byKeyId.delete(upload.credentials.accessKeyId);
    this.#byFile.delete(upload.fileId);
    this.#byTask.delete(upload.taskId);
    this.#dropAllParts(upload);
    if (upload.settled !== true) this.#options.spool.discard(upload.delivery?.files ?? []);
  }

  /** Uploads are in the order of their end. */
  #dropExpiredParts(): void {
    for (const upload of this.#byKeyId.values()) {
      if (upload.expiresAt > this.#options.now()) return;
      this.#dropAllParts(upload);
    }
  }

  #dropAllParts(upload: Upload): void {
    for (const uploadId of upload.multiparts.keys()) this.dropParts(upload, uploadId);
  }
}

/** Lengths as in §4.5; the token's is a guess. */
function makeCredentials(): Credentials {
  return {
    accessKeyId: `STS.${randomBytes(18).toString('base64url').replaceAll(/[-_]/g, 'N')}`,
    accessKeySecret: randomBytes(33).toString('base64url').replaceAll(/[-_]/g, 'x'),
    securityToken: `CAIS${randomBytes(240).toString('base64')}`,
  };
}
