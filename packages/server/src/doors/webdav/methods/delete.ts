import { baseName, parentOf, ROOT } from '../../../core/path.ts';
import { DavFailure } from '../failure.ts';
import { checkLocks, checkPreconditions } from '../guard.ts';
import { answer, type DavRequest, headerOf } from '../request.ts';

/** RFC 4918 §9.6: a file, or a folder with all it holds; into the trash where there is one. Locks inside that are not the client's stop all of it. */
export async function remove(request: DavRequest): Promise<void> {
  const { path, view, ctx } = request;
  const depth = headerOf(request, 'depth')?.trim().toLowerCase();
  const node = await view.get(path, ctx);
  if (path === ROOT) throw new DavFailure(403, 'the root stays');
  if (node.entry.kind === 'folder' && depth !== undefined && depth !== 'infinity') {
    throw new DavFailure(400, 'a folder is deleted with all it holds: Depth must be infinity');
  }
  checkPreconditions(request, node);
  await checkLocks(request, [{ path, member: true, deep: true }]);
  await view.remove(parentOf(path), [baseName(path)], ctx);
  answer(request, 204);
}
