import type { Readable } from 'node:stream';

/** One request. Header names are sent as written. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable;
  /** Aborting it destroys the socket, also while the body is being read. */
  readonly signal: AbortSignal;
  /** Milliseconds until the response head must have arrived. Default 30 000. */
  readonly headTimeoutMs?: number;
  /**
   * Milliseconds for which the body may bring nothing before it fails with `timeout`. Default: no limit.
   * A reader that pauses counts as well, so that it is for bodies that are read at once.
   */
  readonly stallMs?: number;
  /**
   * Set for a GET whose body is large and whose reader may pause for long: it runs over sockets that read no further meanwhile.
   * Takes no `stallMs`.
   */
  readonly bulk?: true;
}

/** A response whose body has not been read. The caller reads it to its end or destroys it. */
export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/**
 * The way out of the process. Redirects are not followed. Failures before the head are `StorageError`s:
 * `unavailable` (no connection), `timeout`, or an AbortError when the signal fired.
 */
export interface HttpClient {
  request(request: HttpRequest): Promise<HttpResponse>;
}
