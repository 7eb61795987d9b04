/** What the emulator decides about changes to a drive (⚙ in protocol reference §10.3). */
export interface ChangeRules {
  /** Rule F22. Both were reported (§3.6): two folders of one name, or a numbered second one. */
  readonly duplicateFolders: 'duplicate' | 'numbered';
  /** Rule F10: whether an unfinished upload of that name refuses a rename. Guess: no. */
  readonly renameSeesPending: boolean;
  /** Rule F21: what happens to characters that the service refuses or mangles (§3.13, R); which of both is a guess. */
  readonly forbiddenCharacters: 'refuse' | 'strip';
  /** In UTF-8. §3.13: the true limit is not known, 255 is the advice. */
  readonly maxNameBytes: number;
  /** Rule F12: 200 ids passed and 1000 were refused (field observation). */
  readonly batchLimit: number;
  /** Rule F11: from the request to its effect; 0 to 2000 ms. §9.8 shows 400. */
  readonly taskDelayMs: number;
  /** Rule F11: how long after a move or copy `file_rename_uncompleted` answers a rename. R saw it, the figure is a guess. */
  readonly renameBlockedMs: number;
  /** Rule F11: how long a finished task can be read; at least 10 minutes, the figure is a guess. */
  readonly taskKeptMs: number;
  /** Rule F15: about 15 days (field observation). */
  readonly trashLifeMs: number;
  /** Rule F15: whether items below a trashed folder say that they are trashed. Guess: no. */
  readonly trashMarksChildren: boolean;
  /** Rule F16: reports differ (§3.8). A parent that is gone means the root in both cases. */
  readonly untrashTo: 'origin' | 'root';
  /** §3.8: `DELETE files/{id}` passes the trash by (field observation, to be verified). */
  readonly singleDelete: 'purge' | 'trash';
  /** §5.4: what `delete_files=true` does with a complete file is not known. */
  readonly taskFiles: 'trash' | 'purge';
  /** Rule F17: links of a purged file work until they expire (field observation). */
  readonly linksOutliveFile: boolean;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Changes as they work out of the box. */
export const DEFAULT_CHANGE_RULES: ChangeRules = {
  duplicateFolders: 'duplicate',
  renameSeesPending: false,
  forbiddenCharacters: 'refuse',
  maxNameBytes: 255,
  batchLimit: 200,
  taskDelayMs: 400,
  renameBlockedMs: 500,
  taskKeptMs: 60 * MINUTE,
  trashLifeMs: 15 * DAY,
  trashMarksChildren: false,
  untrashTo: 'origin',
  singleDelete: 'purge',
  taskFiles: 'trash',
  linksOutliveFile: true,
};
