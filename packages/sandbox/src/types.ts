/**
 * The seam between the emulated cloud (`cloud/`: state and rules, no sockets) and the wire (`wire/`: TLS, proxies, CDN, control).
 */

/** Where a request seems to come from: the socket's own address, or the address that one of the proxies lends it. */
export interface Caller {
  readonly address: string;
  readonly region: 'local' | 'asia' | 'eu';
}

/** One request to an emulated API host, body read whole. */
export interface CloudRequest {
  readonly method: string;
  /** Host name without port, lower case: `api-drive.mypikpak.com`. */
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly caller: Caller;
}

/** One request to the object store. Its body is read as it comes, and only once. */
export interface StoreRequest extends Omit<CloudRequest, 'body'> {
  readonly body: AsyncIterable<Uint8Array>;
}

export interface CloudResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** A scripted fault wants the connection cut without an answer. */
  readonly hangUp?: true;
}

/** Content that can be read at any place, stored or generated. `end` is exclusive. */
export interface Blob {
  readonly size: number;
  readonly mimeType: string;
  slice(start: number, end: number): AsyncIterable<Uint8Array>;
}

/** The content that a seed is made of. `file` throws for a name that is not bundled. */
export interface MediaSource {
  file(name: string): Blob;
  /** `mod251`: byte i is i mod 251. */
  generated(kind: 'mod251', size: number): Blob;
}

/** What the CDN must know of a download URL that it was asked for. */
export type DownloadDecision =
  | {
      readonly ok: true;
      readonly blob: Blob;
      /** Identifies the account (or share) whose connection limit applies. */
      readonly owner: string;
      /**
       * Offset in the blob at which the body is cut though the full length was announced; absent for whole.
       * A range that starts beyond it gets its headers and not a byte.
       */
      readonly cutAt?: number;
    }
  | { readonly ok: false; readonly status: 401 | 403 | 404 };

/** The emulated cloud. Time comes only from its clock. */
export interface Cloud {
  /** Answers a request to the account or drive service. Never throws. */
  handle(request: CloudRequest): Promise<CloudResponse>;
  /** Checks signature, expiry and address of a download URL (path and query as sent). */
  authorizeDownload(path: string, query: URLSearchParams, caller: Caller): DownloadDecision;
  /** Passes a human check: the captcha token to sign in with, or undefined for an unknown or stale ticket. */
  solveChallenge(ticket: string): string | undefined;
  /** Drops all state, faults included, and seeds anew. Rejects for a seed that is not known. */
  reset(seed: string): Promise<void>;
  /** Figures for `GET /_sandbox/stats`. */
  stats(): CloudStats;
  /** All that lies in an account's drive at this moment, whatever its state. Throws RangeError for an email that is not known. */
  inspect(email: string): readonly InspectedItem[];
}

/** One item of a drive as it really is, for tests: unfinished uploads and the trash included. */
export interface InspectedItem {
  readonly id: string;
  /** '' for the root. */
  readonly parentId: string;
  readonly name: string;
  readonly kind: 'folder' | 'file';
  readonly size: number;
  /** Upper case; '' for folders. */
  readonly gcid: string;
  /** Whether all its bytes have come. */
  readonly complete: boolean;
  /** Whether it was put into the trash itself; what lies below it was not. */
  readonly trashed: boolean;
}

/**
 * An emulated cloud that takes uploads.
 *
 * What the wire owes the object store: requests to any host for which `isObjectStoreHost` is true go to `handleObjectStore`
 * instead of `handle`, whatever their path and method, over HTTPS and over plain HTTP (port 80 of `<bucket>.<root>`: older clients
 * sign without TLS, and reach it through a proxy by an absolute-form request or `CONNECT host:80`). `headers` must hold `host` as
 * sent, which signatures cover. An answer may come before the body was read: the rest must be read away or the connection closed.
 * An answer with `hangUp` is not sent: the connection is cut.
 */
export interface CloudWithStore extends Cloud {
  /**
   * Answers a request to the object store: single put, and initiate, part, list, complete, abort of a multipart upload (protocol
   * reference §4.6, §4.7). Errors are XML. Never rejects: a body that breaks off counts as not sent.
   */
  handleObjectStore(request: StoreRequest): Promise<CloudResponse>;
  /** Host without port, lower case: `upload-….<root>`, `<bucket>.<root>`, or the endpoint of the options. */
  isObjectStoreHost(host: string): boolean;
  /** Removes uploaded bytes from disk, and takes no more. */
  close(): Promise<void>;
}

export interface CloudStats {
  readonly signIns: number;
  readonly refreshes: number;
  readonly captchaInits: number;
}

/** The sandbox's own time: the machine's, plus what tests advanced it by. */
export interface VirtualClock {
  now(): number;
  advance(ms: number): void;
  reset(): void;
}
