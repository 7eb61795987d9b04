import { parentOf, ROOT, type TreePath } from '../../core/path.ts';
import { evaluatePreconditions, validatorsOf } from '../../http/conditional.ts';
import type { Lock } from '../../resources/locks.ts';
import type { Node } from '../../vfs/view.ts';
import { pathIn } from './base.ts';
import { DavFailure } from './failure.ts';
import { ifHolds, type ResourceState } from './if-header.ts';
import { type DavRequest, fullPath, headerOf, hrefOfFull, nodeAt } from './request.ts';

/** What a request is about to change. */
export interface Touched {
  readonly path: TreePath;
  /** The entry comes or goes, which changes its folder too. */
  readonly member?: boolean;
  /** All below it is changed too. */
  readonly deep?: boolean;
}

/** Evaluates `If`. @throws DavFailure 412 when nothing of it holds, 400 for what can't be read. */
export async function checkIf(request: DavRequest): Promise<void> {
  const { ifLists } = request;
  if (ifLists.length === 0) return;
  const stateOf = (resource: string | undefined): Promise<ResourceState> => stateAt(request, resource);
  if (!(await ifHolds(ifLists, stateOf))) throw new DavFailure(412, 'the If header does not hold');
}

const UNKNOWN: ResourceState = { etag: undefined, tokens: new Set() };

async function stateAt(request: DavRequest, resource: string | undefined): Promise<ResourceState> {
  const path = resource === undefined ? request.path : ownPath(request, resource);
  if (path === undefined) return UNKNOWN;
  const locks = await request.door.resources.locks.covering(fullPath(request, path));
  const node = await nodeAt(request, path);
  const etag = node?.entry.kind === 'file' ? validatorsOf(node.entry).etag : undefined;
  return { etag, tokens: new Set(locks.map(({ token }) => token)) };
}

/** Undefined for a resource of another server, of which nothing is known. */
function ownPath({ base }: DavRequest, resource: string): TreePath | undefined {
  try {
    return pathIn(base, resource);
  } catch (error) {
    if (error instanceof DavFailure && error.status === 502) return undefined;
    throw error;
  }
}

/**
 * Holds the request against the locks on what it changes (RFC 4918 §7): each must be the user's own, and its token named in `If`. Of
 * shared locks on one resource, one is enough.
 *
 * @throws DavFailure 423 naming what is locked.
 */
export async function checkLocks(request: DavRequest, touched: readonly Touched[]): Promise<void> {
  const { locks } = request.door.resources;
  const groups: (readonly Lock[])[] = [];
  for (const { path, member, deep } of touched) {
    const full = fullPath(request, path);
    groups.push(await locks.covering(full));
    if (member === true && path !== ROOT) groups.push(await locks.covering(parentOf(full)));
    if (deep === true) groups.push(...byPath(await locks.below(full)));
  }
  const mine = ({ token, userId }: Lock): boolean => userId === request.user.id && request.tokens.has(token);
  const blocking = groups.flatMap((group) => {
    const exclusive = group.filter((lock) => lock.exclusive && !mine(lock));
    const shared = group.filter((lock) => !lock.exclusive);
    return shared.some(mine) ? exclusive : [...exclusive, ...shared];
  });
  if (blocking.length === 0) return;
  const hrefs = [...new Set(blocking.map(({ path }) => hrefOfFull(request, path as TreePath)))];
  throw new DavFailure(423, 'the resource is locked', { name: 'lock-token-submitted', hrefs });
}

function byPath(locks: readonly Lock[]): Lock[][] {
  return [...Map.groupBy(locks, ({ path }) => path).values()];
}

/** Evaluates `If-Match` and its kin for a change (RFC 9110 §13). @throws DavFailure 412. */
export function checkPreconditions(request: DavRequest, node: Node | undefined): void {
  const failed = new DavFailure(412, 'the precondition does not hold');
  if (node === undefined) {
    if (headerOf(request, 'if-match') !== undefined) throw failed;
    return;
  }
  const validators = node.entry.kind === 'file' ? validatorsOf(node.entry) : {};
  const { 'if-modified-since': _, ...headers } = request.req.headers;
  if (evaluatePreconditions(headers, validators) !== 'go') throw failed;
}
