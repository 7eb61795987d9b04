/** What the emulator decides about offline downloads (⚙ in protocol reference §10.6). */
export interface OfflineRules {
  /** From the request to the files, for links that are not known to be slow or instant. Guess. */
  readonly offlineMs: number;
  /** From the request until the service begins (`PHASE_TYPE_PENDING`). Guess. */
  readonly offlinePendingMs: number;
  /** Offline downloads that may be begun in a day (§3.11 and §5.5: 3 for free accounts; 500 is what §9.14 shows). */
  readonly offlinePerDay: { readonly free: number; readonly premium: number };
  /** Those that may run at once; the figure is a guess. */
  readonly offlineRunning: number;
}

/** Offline downloads as they work out of the box. */
export const DEFAULT_OFFLINE_RULES: OfflineRules = {
  offlineMs: 12_000,
  offlinePendingMs: 1500,
  offlinePerDay: { free: 3, premium: 500 },
  offlineRunning: 100,
};
