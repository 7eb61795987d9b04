import { batchItems } from './batch-ids.ts';
import { bodyOf, type Change, type ChangeDeps } from './change-deps.ts';

/** `POST /drive/v1/files:star` and `files:unstar` (protocol reference §3.8, P). Done at once; times stay as they are (guess). */
export function setStar(deps: ChangeDeps, change: Change, starred: boolean): object {
  const { tree } = change.drive;
  for (const node of batchItems(change.drive, bodyOf(change), deps.rules)) tree.replace({ ...node, starred });
  return {};
}
