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
