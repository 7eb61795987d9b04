import { type ChangeRules, DEFAULT_CHANGE_RULES } from './drive/changes/change-rules.ts';
import { DEFAULT_OFFLINE_RULES, type OfflineRules } from './offline/offline-rules.ts';
import type { RateLimit } from './rate-window.ts';
import { DEFAULT_UPLOAD_RULES, type UploadRules } from './upload/upload-rules.ts';

/** What the emulator decides where the real service's figure is unknown or worth changing in a test (marked ⚙ in protocol reference §10). */
export interface CloudRules extends ChangeRules, UploadRules, OfflineRules {
  /** Rule I16: which drive calls need a captcha token. A token that is present but bad is refused unless `lax`. */
  readonly captcha: 'strict' | 'observed' | 'lax';
  /** Fact (A P R C): 7200 s. */
  readonly accessLifeMs: number;
  /** Fact (R): 300 s. */
  readonly captchaLifeMs: number;
  /** Rule I5; the true figure is unknown. */
  readonly signToleranceMs: number;
  /** Rule I11; guess. Counted by account and by device. */
  readonly signInLimit: RateLimit;
  /** §3.4: valid about 16 to 24 h after issue (field observation). */
  readonly linkLifeMs: number;
  /** Rule C3: links of a drive belong to the address that asked for them (A's documentation). */
  readonly bindLinks: boolean;
  /** Rule F2; guess. */
  readonly pageTokenLifeMs: number;
  /** Rule S3; guess. */
  readonly passCodeTokenLifeMs: number;
  /** §6.9: tries are limited, the figure is a guess. Counted by share and caller. */
  readonly passCodeLimit: RateLimit;
  /**
   * Cuts every original that is read through a share, whatever the seed says, at this part (0–1) of it; `told` says so in
   * `anonymous_play_range`. The true limit is unknown (§6.4).
   */
  readonly sharedCut?: { readonly part: number; readonly told: boolean };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What the cloud does out of the box. */
export const DEFAULT_RULES: CloudRules = {
  captcha: 'observed',
  accessLifeMs: 2 * HOUR,
  captchaLifeMs: 5 * MINUTE,
  signToleranceMs: 5 * MINUTE,
  signInLimit: { count: 5, windowMs: 5 * MINUTE },
  linkLifeMs: 24 * HOUR,
  bindLinks: true,
  pageTokenLifeMs: 10 * MINUTE,
  passCodeTokenLifeMs: HOUR,
  passCodeLimit: { count: 10, windowMs: 5 * MINUTE },
  ...DEFAULT_CHANGE_RULES,
  ...DEFAULT_UPLOAD_RULES,
  ...DEFAULT_OFFLINE_RULES,
};
