import type { Route } from '../../router.ts';
import type { Change, ChangeDeps } from './change-deps.ts';
import { createItem } from './create-item.ts';
import { rename } from './rename.ts';
import { setStar } from './star.ts';

/** Answers a change to the drive of whoever asks. */
export type ChangeHandler = (change: Change) => object | Promise<object>;

/** The calls that change a drive (protocol reference §3.6–3.8, Appendix B). `own` finds the caller's drive. */
export function changeRoutes(deps: ChangeDeps, own: (answer: ChangeHandler) => Route['handler']): Route[] {
  const files = '/drive/v1/files';
  const post = (pattern: string, answer: ChangeHandler): Route => ({
    method: 'POST',
    pattern,
    handler: own(answer),
  });
  return [
    post(files, (change) => createItem(deps, change)),
    post(`${files}:star`, (change) => setStar(deps, change, true)),
    post(`${files}:unstar`, (change) => setStar(deps, change, false)),
    { method: 'PATCH', pattern: `${files}/:id`, handler: own((change) => rename(deps, change)) },
  ];
}
