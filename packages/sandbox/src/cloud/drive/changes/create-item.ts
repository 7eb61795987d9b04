import { invalidArgument } from '../../refusal.ts';
import { textOf } from '../../request.ts';
import { createUpload, type UploadDeps } from '../../upload/create-upload.ts';
import { bodyOf, type Change } from './change-deps.ts';
import { createFolder } from './create-folder.ts';

/** `POST /drive/v1/files`: what is made is told by `kind` and `upload_type` (protocol reference §3.6, §4.4). */
export function createItem(deps: UploadDeps, change: Change): object {
  const kind = textOf(bodyOf(change), 'kind');
  if (kind === 'drive#folder') return createFolder(deps, change);
  if (kind === 'drive#file') return createUpload(deps, change);
  throw invalidArgument(`kind ${JSON.stringify(kind)} is not supported`);
}
