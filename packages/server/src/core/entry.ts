/** Identifies an entry inside one storage. Opaque to everything but the driver that made it. */
export type EntryId = string;

/** Hash kinds that a storage may know of a file, spelt as AList's API spells them. */
export type HashKind = 'md5' | 'sha1' | 'sha256' | 'gcid';

/** A file or folder as its storage describes it. Immutable: a change is a new object. */
export interface Entry {
  readonly id: EntryId;
  readonly name: string;
  readonly kind: 'file' | 'folder';
  /** Bytes. 0 for folders, unless the storage knows better. */
  readonly size: number;
  /** Milliseconds since the epoch; absent when the storage does not say. */
  readonly modified?: number;
  readonly created?: number;
  /** Hashes as the storage gives them (PikPak's gcid is upper-case hex). */
  readonly hashes?: Readonly<Partial<Record<HashKind, string>>>;
  /** An absolute URL of a small picture, free to hand to the client. */
  readonly thumbnail?: string;
  /** True when the storage makes a small picture of it on demand. */
  readonly pictured?: boolean;
  readonly mimeType?: string;
  /** True when it carries the storage's star. */
  readonly starred?: boolean;
  /** The folder it lies in, or lay in for what is in the trash: where an entry is found otherwise than by listing that folder. */
  readonly parent?: EntryId;
}

/** A small picture. */
export interface Picture {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
}

/** Something in a storage's trash. */
export interface TrashedEntry extends Entry {
  /** Milliseconds since the epoch at which the storage takes it away for good, when it does and says so. */
  readonly purgeAt?: number;
}

/** One page of a trash. `next` is the cursor of the page behind it; absent on the last one. */
export interface TrashPage {
  readonly entries: readonly TrashedEntry[];
  readonly next?: string;
}

/** One page of a folder. `next` is the cursor of the page behind it; absent on the last one. */
export interface EntryPage {
  readonly entries: readonly Entry[];
  readonly next?: string;
}

/** Space in bytes. `total` is absent when the storage has no limit or does not tell. */
export interface Quota {
  readonly used: number;
  readonly total?: number;
  readonly trashed?: number;
}
