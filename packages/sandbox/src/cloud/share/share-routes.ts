import type { ChangeHandler } from '../drive/changes/change-routes.ts';
import type { Guard } from '../drive/guard.ts';
import type { Handler, Route } from '../router.ts';
import { createShare, deleteShares, listShares, type OwnShareDeps } from './own-shares.ts';
import { restoreShare } from './restore.ts';
import { type ShareDeps, shareDetail, shareFileInfo, shareInfo } from './share-calls.ts';

/** What the share calls work with, reading and writing. */
export interface ShareRouteDeps extends ShareDeps, OwnShareDeps {
  readonly guard: Guard;
}

/**
 * The calls about shares, host label `api-drive` (protocol reference §6). To read them no account is needed; the others are made by `own`, for the
 * drive of whoever asks.
 */
export function shareRoutes(deps: ShareRouteDeps, own: (answer: ChangeHandler) => Handler): Route[] {
  const visit = (pattern: string, answer: Handler): Route => ({
    method: 'GET',
    pattern,
    handler: (call) => {
      deps.guard.visitor(call.request);
      return answer(call);
    },
  });
  const change = (method: string, pattern: string, answer: ChangeHandler): Route => ({
    method,
    pattern,
    handler: own(answer),
  });
  return [
    visit('/drive/v1/share', (call) => shareInfo(deps, call)),
    visit('/drive/v1/share/detail', (call) => shareDetail(deps, call)),
    visit('/drive/v1/share/file_info', (call) => shareFileInfo(deps, call)),
    change('POST', '/drive/v1/share/restore', (asked) => restoreShare(deps, asked)),
    change('POST', '/drive/v1/share', (asked) => createShare(deps, asked)),
    change('GET', '/drive/v1/share/list', (asked) => listShares(deps, asked)),
    change('POST', '/drive/v1/share:batchDelete', (asked) => deleteShares(deps, asked)),
  ];
}
