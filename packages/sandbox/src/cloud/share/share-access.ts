import { driveRefusal } from '../refusal.ts';
import type { RateWindow } from '../rate-window.ts';
import { sameSecret } from '../secret-compare.ts';
import type { SealedTokens } from '../sealed-tokens.ts';
import type { Caller } from '../../types.ts';
import type { Share, ShareStatus } from './share.ts';
import type { ShareBook } from './share-book.ts';

/** A share that may be read, or why not. All these refusals travel inside a 200 answer (protocol reference rule S2). */
export type ShareAccess =
  | { readonly status: 'OK'; readonly share: Share }
  | { readonly status: Exclude<ShareStatus, 'OK'> };

/** Decides who may read a share. */
export interface ShareGate {
  /** For `GET share`: by pass code, or by the token that an earlier one gave. */
  byPassCode(
    shareId: string,
    given: { readonly passCode: string; readonly token: string },
    caller: Caller,
  ): ShareAccess;
  /** For `detail` and `file_info`: by token. */
  byToken(shareId: string, token: string, caller: Caller): ShareAccess;
  /** The token for further calls. Shares without a code get one as well, and need none. */
  tokenFor(share: Share): string;
}

interface GateDeps {
  readonly shares: ShareBook;
  readonly tokens: SealedTokens;
  readonly tokenLifeMs: number;
  readonly wrongCodes: RateWindow;
}

/** The order of the checks is a guess: gone first, then the region, then the code. */
export function createShareGate(deps: GateDeps): ShareGate {
  const scopeOf = (share: Share): string => `share ${share.id}`;
  return {
    byPassCode: (shareId, given, caller) => {
      const access = standingOf(deps.shares, shareId, caller);
      if (access.status !== 'OK') return access;
      deps.shares.count(shareId, 'views');
      if (access.share.passCode === undefined) return access;
      if (given.token !== '' && deps.tokens.open(scopeOf(access.share), given.token) !== undefined)
        return access;
      if (given.passCode === '') return { status: 'PASS_CODE_EMPTY' };
      if (sameSecret(given.passCode, access.share.passCode)) return access;
      if (!deps.wrongCodes.hit(`${shareId} ${caller.address}`)) throw tooManyCodes();
      return { status: 'PASS_CODE_ERROR' };
    },
    byToken: (shareId, token, caller) => {
      const access = standingOf(deps.shares, shareId, caller);
      if (access.status !== 'OK' || access.share.passCode === undefined) return access;
      if (token === '') return { status: 'PASS_CODE_EMPTY' };
      return deps.tokens.open(scopeOf(access.share), token) === undefined
        ? { status: 'PASS_CODE_ERROR' }
        : access;
    },
    tokenFor: (share) => deps.tokens.seal(scopeOf(share), '', deps.tokenLifeMs),
  };
}

function standingOf(shares: ShareBook, shareId: string, caller: Caller): ShareAccess {
  const share = shares.get(shareId);
  if (share === undefined) return { status: 'NOT_FOUND' };
  const status = shares.standing(share);
  if (status !== 'OK') return { status };
  if (share.region !== undefined && share.region !== caller.region) return { status: 'PROHIBITED' };
  return { status: 'OK', share };
}

/** Rule S3: too many wrong codes answer code 10; where the limit lies is a guess. */
function tooManyCodes(): Error {
  return driveRefusal({
    error: 'aborted',
    code: 10,
    text: 'Your operation is too frequent, please try again later',
  });
}
