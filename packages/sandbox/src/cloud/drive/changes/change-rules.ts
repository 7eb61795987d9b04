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
}

/** Changes as they work out of the box. */
export const DEFAULT_CHANGE_RULES: ChangeRules = {
  duplicateFolders: 'duplicate',
  renameSeesPending: false,
  forbiddenCharacters: 'refuse',
  maxNameBytes: 255,
  batchLimit: 200,
};
