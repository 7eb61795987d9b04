/** What an address of something shared means. */
export interface SharedPlace {
  readonly shareId: string;
  /** '' when the address holds none. */
  readonly passCode: string;
  /** The folder or file inside the share that is meant; '' for all of it. */
  readonly targetId: string;
}

/** What can be told of something shared from outside, without opening its folders. */
export interface ShareReport {
  /** What whoever shared it calls it; '' when nothing does. */
  readonly title: string;
  /** Files and folders in it, when the vendor tells. */
  readonly files?: number;
  /** Bytes, when all of it lies open. */
  readonly size?: number;
}

/** How a vendor's share addresses look, for kinds of storage that mount what somebody shared. */
export interface ShareAddresses {
  /** The vendor's name as people write it in front of an address, where it names nothing. */
  readonly brand: string;
  /**
   * Finds what may be such an address in any text. Global and without case, takes linear time, and matches every address on the vendor's
   * hosts, so that those which are no shares can be told of.
   */
  readonly pattern: RegExp;
  /** What a match means; undefined when it is no share. */
  read(address: string): SharedPlace | undefined;
  /** The settings (AList's `addition`) of a storage that shows the place. */
  additionOf(place: SharedPlace): Readonly<Record<string, string>>;
  /** What a storage with these settings shows; undefined when they name no share. */
  placeOf(addition: Readonly<Record<string, unknown>>): SharedPlace | undefined;
}

/** What lets a storage of the same vendor save something that was shared. Holds a token of the share: it is not to be shown or logged. */
export interface ShareTicket {
  /** The kind of the storages that can use it. */
  readonly kind: string;
  readonly shareId: string;
  /** What the pass code was exchanged for; '' where none is needed. */
  readonly token: string;
  /** What to save, by its ids inside the share; none for all of it. */
  readonly ids: readonly string[];
  /** The folders from the share's top down to where they lie. */
  readonly ancestors: readonly string[];
}

/** A share that one's own account has made. */
export interface OwnShare {
  readonly id: string;
  /** Where others open it. */
  readonly url: string;
  /** '' for one that opens without. */
  readonly passCode: string;
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly created?: number;
  /** Absent for one that does not end. */
  readonly expires?: number;
  /** Whether others can open it. */
  readonly open: boolean;
  /** How often it was looked at and saved, where the vendor tells. */
  readonly views?: number;
  readonly saves?: number;
}

/** One page of an account's own shares. `next` is the cursor of the page behind it. */
export interface OwnSharePage {
  readonly shares: readonly OwnShare[];
  readonly next?: string;
}
