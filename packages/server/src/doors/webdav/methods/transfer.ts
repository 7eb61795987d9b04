import { baseName, isWithin, parentOf, ROOT, type TreePath } from '../../../core/path.ts';
import type { Node } from '../../../vfs/view.ts';
import { hrefOf, pathIn } from '../base.ts';
import { DavFailure } from '../failure.ts';
import { checkLocks, checkPreconditions, type Touched } from '../guard.ts';
import { answer, type DavRequest, depthOf, fullPath, headerOf, nodeAt, overwriteOf } from '../request.ts';
import { checkParent } from './mkcol.ts';

/** RFC 4918 §9.9. */
export function move(request: DavRequest): Promise<void> {
  return transfer('move', request);
}

/** RFC 4918 §9.8. */
export function copy(request: DavRequest): Promise<void> {
  return transfer('copy', request);
}

/**
 * To another path, its name there included. What stands there goes, unless the client says otherwise; the folder that it comes into must
 * exist. Between storages it is 502, on which clients fall back to sending the bytes themselves.
 */
async function transfer(op: 'move' | 'copy', request: DavRequest): Promise<void> {
  const { path, base, res } = request;
  const depth = depthOf(request, op === 'move' ? ['infinity'] : ['0', 'infinity']);
  const overwrite = overwriteOf(request);
  const address = headerOf(request, 'destination');
  if (address === undefined) throw new DavFailure(400, 'there is no Destination');
  const to = pathIn(base, address);
  const node = await request.view.get(path, request.ctx);
  checkEnds(path, to);
  checkPreconditions(request, node);
  const folder = await checkParent(request, to);
  if (folder.storage?.id !== node.storage?.id) {
    throw new DavFailure(502, `this server can not ${op} between storages; send the bytes yourself`);
  }
  const target = await nodeAt(request, to);
  if (target !== undefined && !overwrite) throw new DavFailure(412, 'the destination exists');
  await checkLocks(request, touchedBy(op, path, to, target));
  await carryOut({ op, to, shallow: depth === '0' && node.entry.kind === 'folder' }, request, target);
  if (target === undefined) res.setHeader('Location', hrefOf(base, to, node.entry.kind === 'folder'));
  answer(request, target === undefined ? 201 : 204);
}

function checkEnds(from: TreePath, to: TreePath): void {
  if (from === to) throw new DavFailure(403, 'source and destination are the same');
  if (from === ROOT || to === ROOT) throw new DavFailure(403, 'the root stays where it is');
  if (isWithin(to, from) || isWithin(from, to)) {
    throw new DavFailure(403, 'source and destination lie inside each other');
  }
}

function touchedBy(op: 'move' | 'copy', from: TreePath, to: TreePath, target: Node | undefined): Touched[] {
  const arrival = { path: to, member: target === undefined, deep: true };
  return op === 'move' ? [{ path: from, member: true, deep: true }, arrival] : [arrival];
}

interface Transfer {
  readonly op: 'move' | 'copy';
  readonly to: TreePath;
  /** A copy of a folder without what it holds. */
  readonly shallow: boolean;
}

async function carryOut(
  { op, to, shallow }: Transfer,
  request: DavRequest,
  target: Node | undefined,
): Promise<void> {
  const { path, view, ctx, door } = request;
  const overwrite = target !== undefined;
  if (!shallow) return view.relocate({ op, from: path, to, overwrite }, ctx);
  if (overwrite) await view.remove(parentOf(to), [baseName(to)], ctx);
  await view.mkdir(to, ctx);
  await door.resources.properties.copied(fullPath(request, path), fullPath(request, to), false);
}
