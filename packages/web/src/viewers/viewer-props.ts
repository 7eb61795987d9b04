import type { Entry, EntryDetails } from '../api/entries.ts';

/** What every viewer is given. */
export interface FileViewProps {
  readonly file: EntryDetails;
  /** The files of the same folder in the order of the list, this one among them. */
  readonly siblings: readonly Entry[];
  /** Goes to another file of the folder, by name. */
  readonly onOpen: (name: string) => void;
}
