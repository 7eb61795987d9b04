import type { Guard } from '../drive/guard.ts';
import type { Handler, Route } from '../router.ts';
import { type ShareDeps, shareDetail, shareFileInfo, shareInfo } from './share-calls.ts';

/** The calls that read shares, host label `api-drive` (protocol reference §6). No account is needed. */
export function shareRoutes(deps: ShareDeps & { readonly guard: Guard }): Route[] {
  const visit = (pattern: string, answer: Handler): Route => ({
    method: 'GET',
    pattern,
    handler: (call) => {
      deps.guard.visitor(call.request);
      return answer(call);
    },
  });
  return [
    visit('/drive/v1/share', (call) => shareInfo(deps, call)),
    visit('/drive/v1/share/detail', (call) => shareDetail(deps, call)),
    visit('/drive/v1/share/file_info', (call) => shareFileInfo(deps, call)),
  ];
}
