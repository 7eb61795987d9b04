import { invalidArgument } from '../../refusal.ts';
import { textOf } from '../../request.ts';
import { createOffline, type OfflineDeps } from '../../offline/create-offline.ts';
import { createUpload } from '../../upload/create-upload.ts';
import { bodyOf, type Change } from './change-deps.ts';
import { createFolder } from './create-folder.ts';

/** `POST /drive/v1/files`: what is made is told by `kind` and `upload_type` (protocol reference §3.6, §4.4, §5.1). */
export function createItem(deps: OfflineDeps, change: Change): object | Promise<object> {
  const body = bodyOf(change);
  const kind = textOf(body, 'kind');
  if (kind === 'drive#folder') return createFolder(deps, change);
  if (kind === 'drive#file' && textOf(body, 'upload_type') === 'UPLOAD_TYPE_URL')
    return createOffline(deps, change);
  if (kind === 'drive#file') return createUpload(deps, change);
  throw invalidArgument(`kind ${JSON.stringify(kind)} is not supported`);
}
