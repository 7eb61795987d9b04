import { waitOrAbort } from '../../core/abort.ts';
import type { Ctx, Env } from '../../core/driver.ts';
import { isAbort, StorageError } from '../../core/errors.ts';
import { type AccountUse, useAccount } from '../pikpak/account-use.ts';
import { isAnonymous } from '../pikpak/credentials.ts';
import type { JsonObject } from '../pikpak/wire.ts';
import type { PikPakShareConfig } from './config.ts';
import { PassCode } from './pass-code.ts';
import { isAboutPassCode, isReadable, shareErrorOf, statusOf } from '../pikpak/share-status.ts';

export const KIND = 'PikPakShare';

type Query = Readonly<Record<string, string>>;

/** One share's calls, as PikPak's share service takes them (protocol reference §6). */
export class ShareClient {
  readonly #config: PikPakShareConfig;
  readonly #account: AccountUse;
  readonly #passCode: PassCode;
  readonly #lifetime = new AbortController();

  /** No I/O. Shares that are read without an account have one session for each way out; others use their account's. */
  constructor(config: PikPakShareConfig, env: Env) {
    const { credentials, egress, passCode } = config;
    this.#config = config;
    const vendor = isAnonymous(credentials) ? KIND : 'PikPak';
    this.#account = useAccount(env, { vendor, credentials, egress });
    this.#passCode = new PassCode({ passCode, clock: env.clock, ask: () => this.#askAboutShare() });
  }

  /**
   * Asks something about the inside of the share. At most one new pass-code token is fetched on its behalf.
   *
   * @throws StorageError `share_password`, `share_gone`, `share_expired`, `region_blocked`, `content_blocked` when the share is closed to us; what
   *   the account's calls throw; AbortError.
   */
  async get(path: string, query: Query, ctx: Ctx): Promise<JsonObject> {
    const first = await this.#shared(this.#passCode.token(), ctx);
    const answer = await this.#send(path, { ...query, pass_code_token: first }, ctx);
    if (!isAboutPassCode(statusOf(answer))) return readable(answer);
    const second = await this.#shared(this.#passCode.renew(first), ctx);
    const again = await this.#send(path, { ...query, pass_code_token: second }, ctx);
    if (isAboutPassCode(statusOf(again))) throw tokenRefused();
    return readable(again);
  }

  /** What PikPak says of the share from outside (protocol reference §6.2). @throws as `get`. */
  async about(ctx: Ctx): Promise<JsonObject> {
    return this.#shared(this.#passCode.about(), ctx);
  }

  /** A token that opens the share for another client of the same account service. @throws as `get`. */
  async token(ctx: Ctx): Promise<string> {
    return this.#shared(this.#passCode.token(), ctx);
  }

  /** The session that the calls go through. */
  get account(): AccountUse {
    return this.#account;
  }

  /** PikPak's time minus ours, in ms. */
  skewMs(): number {
    return this.#account.drive.skewMs();
  }

  async close(): Promise<void> {
    this.#lifetime.abort();
    await this.#account.release();
  }

  /** On the client's own time: no caller that leaves can stop it halfway. */
  #askAboutShare(): Promise<JsonObject> {
    const { passCode, shareId, apiRoot } = this.#config;
    return this.#account.drive.call(
      {
        root: apiRoot,
        method: 'GET',
        path: '/drive/v1/share',
        query: { share_id: shareId, pass_code: passCode, limit: '100', thumbnail_size: 'SIZE_LARGE' },
        standsAlone: true,
      },
      { signal: this.#lifetime.signal, priority: 'browse' },
    );
  }

  async #send(path: string, query: Query, ctx: Ctx): Promise<JsonObject> {
    const { shareId, apiRoot } = this.#config;
    const call = { root: apiRoot, method: 'GET', path, query: { share_id: shareId, ...query } } as const;
    return this.#account.drive.call(call, ctx);
  }

  /** Waits for work that others wait for as well: a caller can leave it, and it ends with the client. */
  async #shared<T>(work: Promise<T>, { signal }: Ctx): Promise<T> {
    try {
      return await waitOrAbort(work, signal);
    } catch (error) {
      if (!isAbort(error) || signal.aborted) throw error;
      throw new StorageError('unavailable', 'This storage has been closed.', { retry: 'later' });
    }
  }
}

function readable(answer: JsonObject): JsonObject {
  const status = statusOf(answer);
  if (isReadable(status)) return answer;
  throw shareErrorOf(status);
}

function tokenRefused(): StorageError {
  return new StorageError('unavailable', 'PikPak takes the pass code, but not what it gave us for it.', {
    retry: 'later',
    retryAfterMs: 60_000,
    detail: { vendorCode: 'PASS_CODE_ERROR', remedy: 'Try again in a few minutes.' },
  });
}
