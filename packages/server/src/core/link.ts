/**
 * An upstream address from which bytes can be fetched.
 *
 * `variant` says what lies behind it: `original` is the stored file byte for byte; anything else is another rendition,
 * whose size and hash differ and which must never be passed off as the file.
 */
export interface Link {
  readonly url: string;
  /** Headers that the upstream needs with every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch after which the upstream refuses the URL; absent when it does not expire. */
  readonly expiresAt?: number;
  /** Who may use the URL: anyone, or only the address the storage's own requests come from. */
  readonly boundTo: 'nobody' | 'egress';
  readonly variant: 'original' | { readonly rendition: string };
  /** Bytes that the upstream is expected to serve, when known. */
  readonly size?: number;
  /**
   * Bytes from the start after which the upstream breaks off, when it is known to serve less than the file: a share's original, to
   * someone without an account. What is cut must never pass for the whole. Absent when nothing is known to be missing.
   */
  readonly playableBytes?: number;
}
