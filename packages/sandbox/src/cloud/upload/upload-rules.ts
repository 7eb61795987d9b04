/** What the emulator decides about uploads (⚙ in protocol reference §10.3 and §10.5). */
export interface UploadRules {
  /** Rule U2: whether content that the service knows needs no bytes. Fact: A R C. */
  readonly instantUpload: boolean;
  /** Rule U4: how long an upload's credentials live. Field observation. */
  readonly uploadLifeMs: number;
  /** Rule U7: the least size of a part but the last. R's note; 0 lets every size pass. */
  readonly minPartBytes: number;
  /** Rule U8: A, O saw the body of a completion not to be XML; its form as JSON is a guess. */
  readonly completeAnswer: 'xml' | 'json';
  /** Rule U9: from the last byte to the file's completion; 0 to 3000 ms. The figure is a guess. */
  readonly uploadDelayMs: number;
  /** Rule U9: whether content of another length than announced keeps the file from ever completing. Guess. */
  readonly verifyLength: boolean;
  /** Rule U9: whether content of another hash than announced fails. Field observation: it does not. */
  readonly verifyGcid: boolean;
  /** §4.6: how far a store request's date may be off; standard of such stores. */
  readonly storeToleranceMs: number;
  /** Rule F7: how long a get has no links after the file's completion. Field observation: none to 60 s. */
  readonly linkDelayMs: number;
  /** Rule U12: the answer to a cid that is not known: no gcid, or the index's timeout. Both are facts (R). */
  readonly cidMiss: 'empty' | 'timeout';
}

const MINUTE = 60_000;

/** Uploads as they work out of the box. */
export const DEFAULT_UPLOAD_RULES: UploadRules = {
  instantUpload: true,
  uploadLifeMs: 12 * 60 * MINUTE,
  minPartBytes: 100 * 1024,
  completeAnswer: 'xml',
  uploadDelayMs: 500,
  verifyLength: true,
  verifyGcid: false,
  storeToleranceMs: 15 * MINUTE,
  linkDelayMs: 0,
  cidMiss: 'empty',
};
