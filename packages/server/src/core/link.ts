/** One form in which a storage offers a file to players: its own bytes, or a copy that was made of them. */
export interface Variant {
  /** Names it in `link`, among the variants of its file. */
  readonly id: string;
  /** As the storage calls it: `Original`, `1080P`. */
  readonly name: string;
  /** Whether it is the file itself, byte for byte. */
  readonly original: boolean;
  /** Bytes; absent when the storage doesn't tell. */
  readonly size?: number;
  /** Of the picture, in pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Of a copy: the extension and the media type that its bytes have, where the file's own don't fit them. */
  readonly extension?: string;
  readonly mimeType?: string;
  /** Whether players should begin with this one. One of a file's variants is. */
  readonly preferred: boolean;
}

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
