import type { AccountState } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import type { Reason } from '../../core/reasons.ts';
import { freshHistory, type Refusal, type SignInHistory } from './sign-in-window.ts';
import { countOf, type JsonObject, objectOf, objectsOf, textOf } from './wire.ts';

/** What is kept of an account, sealed. Absent texts are ''. */
export interface AccountRecord {
  /** Made once, at random. */
  readonly deviceId: string;
  readonly userId: string;
  readonly accessToken: string;
  /** Milliseconds since the epoch, by our clock. */
  readonly accessExpiresAt: number;
  readonly refreshToken: string;
  /** Fingerprint of the password that PikPak took last; '' when none is known to be right. */
  readonly passwordPrint: string;
  /** Fingerprints of pasted tokens that have been used: they are worth nothing any more. */
  readonly used: readonly string[];
  readonly signIns: SignInHistory;
  /** Until when PikPak asked us to leave the account alone, and the fingerprint of the credentials that this is about. */
  readonly pause: { readonly until: number; readonly print: string };
  /** Files that failed uploads have left in the drive, and that could not be removed yet. */
  readonly leftovers: readonly Leftover[];
}

/** An announced file that no upload goes on with, and its task; '' for none. */
export interface Leftover {
  readonly fileId: string;
  readonly taskId: string;
}

const MAX_USED = 32;

/** Reads and writes the record of one account. What `update` was given is on disk when it resolves. */
export class RecordKeeper {
  readonly #state: AccountState;
  readonly #newDeviceId: () => string;
  #record: AccountRecord | undefined;
  #loading: Promise<AccountRecord> | undefined;
  #unsaved = false;

  constructor(state: AccountState, newDeviceId: () => string) {
    this.#state = state;
    this.#newDeviceId = newDeviceId;
  }

  /** The record as far as it has been loaded. */
  get loaded(): AccountRecord | undefined {
    return this.#record;
  }

  /** The record, all of it on disk. @throws StorageError `unavailable` when it can't be read or written. */
  async load(): Promise<AccountRecord> {
    if (this.#record === undefined) {
      this.#loading ??= this.#read().finally(() => {
        this.#loading = undefined;
      });
      await this.#loading;
    }
    if (this.#unsaved) await this.#write();
    return this.#known();
  }

  /** A token that PikPak has replaced is gone, so that the new one is kept in memory even if writing fails; `load` tries again. */
  async update(patch: Partial<AccountRecord>): Promise<void> {
    await this.load();
    this.#record = { ...this.#known(), ...patch };
    await this.#write();
  }

  #known(): AccountRecord {
    if (this.#record === undefined) throw new Error('the account record has not been loaded');
    return this.#record;
  }

  async #read(): Promise<AccountRecord> {
    const stored = await this.#state.load().catch((cause: unknown) => {
      throw new StorageError('unavailable', "The account's tokens can't be read.", {
        retry: 'later',
        detail: { reason: 'account_unread' },
        cause,
      });
    });
    const record = readRecord(objectOf(stored) ?? {});
    this.#record = record.deviceId === '' ? { ...record, deviceId: this.#newDeviceId() } : record;
    this.#unsaved = record.deviceId === '';
    return this.#record;
  }

  async #write(): Promise<void> {
    this.#unsaved = true;
    const written = this.#known();
    await this.#state.save(written).catch((cause: unknown) => {
      throw new StorageError('unavailable', "The account's tokens can't be saved.", {
        retry: 'later',
        detail: {
          reason: 'account_unsaved',
          remedy: 'Check that the data folder can be written and the disk is not full.',
        },
        cause,
      });
    });
    if (this.#record === written) this.#unsaved = false;
  }
}

/** Adds a fingerprint to those used, forgetting the oldest. */
export function withUsed(record: AccountRecord, print: string): readonly string[] {
  return [...record.used.filter((known) => known !== print), print].slice(-MAX_USED);
}

function readRecord(json: JsonObject): AccountRecord {
  const pause = objectOf(json['pause']) ?? {};
  const used: unknown[] = Array.isArray(json['used']) ? json['used'] : [];
  return {
    deviceId: textOf(json['deviceId']),
    userId: textOf(json['userId']),
    accessToken: textOf(json['accessToken']),
    accessExpiresAt: countOf(json['accessExpiresAt']) ?? 0,
    refreshToken: textOf(json['refreshToken']),
    passwordPrint: textOf(json['passwordPrint']),
    used: used.map(textOf).filter((print) => print !== ''),
    signIns: readHistory(objectOf(json['signIns']) ?? {}),
    pause: { until: countOf(pause['until']) ?? 0, print: textOf(pause['print']) },
    leftovers: objectsOf(json['leftovers'])
      .map((one) => ({ fileId: textOf(one['fileId']), taskId: textOf(one['taskId']) }))
      .filter(({ fileId }) => fileId !== ''),
  };
}

function readHistory(json: JsonObject): SignInHistory {
  const refusal = readRefusal(objectOf(json['refusal']) ?? {});
  return {
    ...freshHistory(textOf(json['print'])),
    attempts: countOf(json['attempts']) ?? 0,
    failures: countOf(json['failures']) ?? 0,
    lastAt: countOf(json['lastAt']) ?? 0,
    nextAt: countOf(json['nextAt']) ?? 0,
    broken: countOf(json['broken']) ?? 0,
    ...(refusal === undefined ? {} : { refusal }),
  };
}

/** Codes that a sign-in can fail with. */
const REFUSAL_CODES = [
  'bad_credentials',
  'unauthenticated',
  'region_blocked',
  'rate_limited',
  'forbidden',
  'unavailable',
  'timeout',
  'protocol',
  'misconfigured',
] as const;

/** What such a failure is called. */
const REFUSAL_REASONS: readonly Reason[] = [
  'address_refused',
  'wrong_password',
  'region_refused',
  'name_spelling',
  'person_wanted',
  'security_token_refused',
  'request_refused',
  'slow_down',
  'cloud_down',
  'unknown_error',
  'answer_unreadable',
  'answer_broken',
];

function readRefusal(json: JsonObject): Refusal | undefined {
  const code = REFUSAL_CODES.find((known) => known === json['code']);
  const message = textOf(json['message']);
  if (code === undefined || message === '') return undefined;
  const reason = REFUSAL_REASONS.find((known) => known === json['reason']);
  return { code, message, remedy: textOf(json['remedy']), ...(reason === undefined ? {} : { reason }) };
}
