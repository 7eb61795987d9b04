import type { AccountView } from './account-groups.ts';
import type { StorageError } from '../core/errors.ts';
import type { ConfigField, ConfigProblem } from '../core/config-spec.ts';
import type { StorageRecord, StorageStatus } from '../core/storage-record.ts';
import type { ProbeName, Traits } from '../core/driver.ts';
import type { Reason, ReasonParams } from '../core/reasons.ts';
import type { ShareReport } from '../core/share-address.ts';

/** What a client may set of a storage. `addition` comes as parsed JSON. */
export type StorageInput = Omit<StorageRecord, 'id' | 'modified'>;

/** A driver kind as the admin form needs it. */
export interface DriverInfo {
  readonly kind: string;
  readonly title: string;
  readonly fields: readonly ConfigField[];
  /** Whether the kind hands out links; without, everything is proxied. */
  readonly givesLinks: boolean;
  readonly canUpload: boolean;
  readonly traits: Traits;
}

/** Settings that don't hold, field by field. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map((p) => `${p.field}: ${p.message}`).join('; '));
    this.problems = problems;
  }
}

/** A storage with its state. Secrets in `addition` are masked as `SECRET_MASK`. */
export interface StorageView {
  readonly record: StorageRecord;
  readonly status: StorageStatus;
}

/** One step of trying a storage, and what came of it. */
export interface TrialStep {
  readonly name: 'settings' | ProbeName | 'root';
  readonly ok: boolean;
  readonly ms: number;
  /** What was found or what is wrong, in words for a person. */
  readonly message: string;
  /** '' when there is none. */
  readonly remedy: string;
  /** What is wrong by a name, for frontends with words of their own; and what these words need. */
  readonly named?: Reason;
  readonly params?: ReasonParams;
  /** Settings that don't hold. */
  readonly problems: readonly ConfigProblem[];
}

/** Looks at shares that are no storages yet. Keeps what several of them have in common until it is closed. */
export interface ShareInspector {
  /**
   * What a storage with these settings would show. Waits its turn among the calls of the same account or way out.
   * @throws ConfigError for settings that don't hold; StorageError `unsupported` for a kind that shows no shares, and for what keeps
   *   the share closed; AbortError.
   */
  inspect(
    share: { readonly driver: string; readonly addition: Readonly<Record<string, unknown>> },
    signal: AbortSignal,
  ): Promise<ShareReport>;
  close(): Promise<void>;
}

/** Stands for a saved secret; sent back unchanged it keeps what is stored. */
export const SECRET_MASK = '••••••••';

/** Configured storages: kept in the store, mounted in the tree. Admin doors use this and nothing below it. */
export interface StorageService {
  drivers(): readonly DriverInfo[];
  list(): Promise<StorageView[]>;
  /** The accounts of the storages at work. Asks no cloud. */
  accounts(): readonly AccountView[];
  /** @throws StorageError `not_found`. */
  get(id: number): Promise<StorageView>;
  /**
   * Checks, stores and mounts, then looks at the root once to learn whether it works. A storage that does not work is kept:
   * the answer's status says why.
   * @throws ConfigError for bad settings; StorageError `exists` for a taken mount path, `invalid_argument` for an unknown driver.
   */
  create(input: StorageInput, signal: AbortSignal): Promise<StorageView>;
  /**
   * Stores and mounts many without a look at any of them. One that can't be had is told in its place, and the others are made.
   * The errors are those of `create`.
   */
  createAll(inputs: readonly StorageInput[]): Promise<readonly (StorageView | ConfigError | StorageError)[]>;
  /**
   * Looks at what a mounted storage shows of a share, when nothing more urgent wants its account. The storage's state follows.
   * @throws StorageError `not_found`, `unsupported` for a storage that shows no share, and for what keeps it closed; AbortError.
   */
  inspect(id: number, signal: AbortSignal): Promise<ShareReport>;
  /** Takes up what was known of a storage before this process, unless something newer is known. */
  recall(id: number, error: StorageError, since: number): void;
  /** For looking at shares before they are mounted. */
  inspector(): ShareInspector;
  /** As `create`, for a stored one; the driver kind can't change. @throws StorageError `not_found` too. */
  update(id: number, input: StorageInput, signal: AbortSignal): Promise<StorageView>;
  remove(id: number): Promise<void>;
  /** @throws StorageError `invalid_argument` when it is enabled already. */
  enable(id: number, signal: AbortSignal): Promise<StorageView>;
  disable(id: number): Promise<void>;
  /**
   * Hands what a human check ended at to what the storage waits for, lets go all storages that wait for the same, and looks at this one.
   * @throws StorageError `invalid_argument` for what holds no answer; `needs_verification` when the cloud does not take it;
   *   `unsupported` for a storage that knows no checks; `not_found`.
   */
  verify(id: number, answer: string, signal: AbortSignal): Promise<StorageStatus>;
  /**
   * Tries settings step by step, ending with the first step that fails. No storage is stored or mounted; an account that has a session
   * is not signed in anew.
   * @param id of the storage that these settings are to change, for its secrets; undefined for a new one
   * @throws StorageError `not_found` for the id, `invalid_argument` for an unknown driver; AbortError.
   */
  test(input: StorageInput, id: number | undefined, signal: AbortSignal): Promise<readonly TrialStep[]>;
  /** Looks at the storage's root now and gives the state it is in. */
  check(id: number, signal: AbortSignal): Promise<StorageStatus>;
  /** Mounts everything in the store. Does no upstream I/O. */
  loadAll(): Promise<void>;
}
