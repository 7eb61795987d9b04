import { invalidArgument } from '../../refusal.ts';
import { textOf } from '../../request.ts';
import { bodyOf, type Change, type ChangeDeps } from './change-deps.ts';
import { createFolder } from './create-folder.ts';

/** `POST /drive/v1/files`: what is made is told by `kind` and `upload_type` (protocol reference §3.6). */
export function createItem(deps: ChangeDeps, change: Change): object {
  const kind = textOf(bodyOf(change), 'kind');
  if (kind === 'drive#folder') return createFolder(deps, change);
  throw invalidArgument(`kind ${JSON.stringify(kind)} is not supported`);
}
