import { parentOf, ROOT } from '../../../core/path.ts';
import type { Node } from '../../../vfs/view.ts';
import { DavFailure } from '../failure.ts';
import { checkLocks, checkPreconditions } from '../guard.ts';
import { answer, type DavRequest, nodeAt, readBody } from '../request.ts';

/** RFC 4918 §9.3: one folder, in a folder that exists. */
export async function mkcol(request: DavRequest): Promise<void> {
  const { path, view, ctx, res, door } = request;
  const body = await readBody(request, 65_536);
  if (body.length > 0) throw new DavFailure(415, 'MKCOL takes no body');
  const node = path === ROOT ? undefined : await nodeAt(request, path);
  if (path === ROOT || node !== undefined) throw new DavFailure(405, 'the resource exists');
  await checkParent(request);
  checkPreconditions(request, undefined);
  await checkLocks(request, [{ path, member: true }]);
  await view.mkdir(path, ctx);
  await door.resources.properties.removed((await view.get(path, ctx)).fullPath);
  res.setHeader('Cache-Control', 'no-store');
  answer(request, 201);
}

/** The folder to put something into. @throws DavFailure 409 where it is missing, or is none. */
export async function checkParent(request: DavRequest, path = request.path): Promise<Node> {
  const parent = await nodeAt(request, parentOf(path));
  if (parent?.entry.kind === 'folder') return parent;
  throw new DavFailure(409, 'the folder that would hold it is missing');
}
