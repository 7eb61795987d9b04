import type { Lock } from '../../../resources/locks.ts';
import type { TreePath } from '../../../core/path.ts';
import { hrefOf } from '../base.ts';
import { DavFailure } from '../failure.ts';
import { checkLocks } from '../guard.ts';
import { activeLock } from '../lock-xml.ts';
import { sendMultistatus, statusResponse } from '../multistatus.ts';
import {
  answer,
  type DavRequest,
  depthOf,
  fullPath,
  headerOf,
  hrefOfFull,
  nodeAt,
  readBody,
  timeoutOf,
} from '../request.ts';
import { DAV, davChild } from '../xml/element.ts';
import { MAX_XML_BYTES, parseXml } from '../xml/parse.ts';
import { writeContent, XML_HEAD, XML_TYPE } from '../xml/write.ts';
import { checkParent } from './mkcol.ts';
import { putEmpty } from './put.ts';

const MAX_OWNER_LENGTH = 1024;

/** RFC 4918 §9.10: a new lock, which makes an empty file where nothing is (§7.3); without a body, another time for a lock that is held. */
export async function lock(request: DavRequest): Promise<void> {
  const body = await readBody(request, MAX_XML_BYTES);
  await (body.length === 0 ? refresh(request) : take(request, body));
}

/** What the body asks for (RFC 4918 §14.11). @throws DavFailure 400. */
function lockInfo(body: Uint8Array): { readonly exclusive: boolean; readonly owner: string } {
  const root = parseXml(body);
  const scope = root.uri === DAV && root.local === 'lockinfo' ? davChild(root, 'lockscope') : undefined;
  const type = davChild(root, 'locktype');
  const exclusive = scope !== undefined && davChild(scope, 'exclusive') !== undefined;
  const shared = scope !== undefined && davChild(scope, 'shared') !== undefined;
  if (exclusive === shared || type === undefined || davChild(type, 'write') === undefined) {
    throw new DavFailure(400, 'only exclusive and shared write locks are known');
  }
  const owner = davChild(root, 'owner');
  const text = owner === undefined ? '' : writeContent(owner);
  if (text.length > MAX_OWNER_LENGTH) throw new DavFailure(400, 'the owner of a lock is too long');
  return { exclusive, owner: text };
}

async function take(request: DavRequest, body: Uint8Array): Promise<void> {
  const { path, user, door, base, res } = request;
  const { exclusive, owner } = lockInfo(body);
  const deep = depthOf(request, ['0', 'infinity']) === 'infinity';
  const node = await nodeAt(request, path);
  if (node === undefined) {
    await checkParent(request);
    await checkLocks(request, [{ path, member: true }]);
  }
  const full = fullPath(request, path);
  const asked = { path: full, deep, exclusive, userId: user.id, owner, timeoutS: timeoutOf(request) };
  const taken = await door.resources.locks.take(asked);
  if (!('lock' in taken)) return refuse(request, taken.inTheWay);
  try {
    if (node === undefined) await putEmpty(request);
  } catch (error) {
    await door.resources.locks.release(taken.lock);
    throw error;
  }
  if (node === undefined) res.setHeader('Location', hrefOf(base, path, false));
  res.setHeader('Lock-Token', `<${taken.lock.token}>`);
  sendLock(request, taken.lock, node === undefined ? 201 : 200);
}

/** What is in the way above or right there is 423; below, it is told which (RFC 4918 §9.10.3). */
async function refuse(request: DavRequest, inTheWay: readonly Lock[] | 'full'): Promise<void> {
  if (inTheWay === 'full') throw new DavFailure(507, 'you hold too many locks, or too many hold this');
  const full = fullPath(request, request.path);
  const hrefs = [...new Set(inTheWay.map(({ path }) => hrefOfFull(request, path as TreePath)))];
  if (inTheWay.some(({ path }) => !path.startsWith(full === '/' ? '/' : `${full}/`))) {
    throw new DavFailure(423, 'the resource is locked', { name: 'no-conflicting-lock', hrefs });
  }
  const own = hrefOf(request.base, request.path, true);
  const responses = [
    ...hrefs.map((href) => statusResponse(href, 'HTTP/1.1 423 Locked', '<D:no-conflicting-lock/>')),
    statusResponse(own, 'HTTP/1.1 424 Failed Dependency'),
  ];
  await sendMultistatus(request.res, pieces(responses));
}

async function* pieces(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

async function refresh(request: DavRequest): Promise<void> {
  const { locks } = request.door.resources;
  if (headerOf(request, 'if') === undefined) {
    throw new DavFailure(400, 'a lock without a body is a refresh, and needs the token in If');
  }
  const covering = await locks.covering(fullPath(request, request.path));
  const mine = covering.find(({ token, userId }) => request.tokens.has(token) && userId === request.user.id);
  const renewed = mine && (await locks.refresh(mine, timeoutOf(request)));
  if (renewed === undefined) {
    throw new DavFailure(412, 'there is no such lock here', { name: 'lock-token-matches-request-uri' });
  }
  sendLock(request, renewed, 200);
}

function sendLock(request: DavRequest, held: Lock, status: number): void {
  const root = hrefOfFull(request, held.path as TreePath);
  const found = `<D:lockdiscovery>${activeLock(held, root)}</D:lockdiscovery>`;
  const text = `${XML_HEAD}<D:prop xmlns:D="DAV:">${found}</D:prop>`;
  request.res.statusCode = status;
  request.res.setHeader('Content-Type', XML_TYPE);
  request.res.setHeader('Content-Length', Buffer.byteLength(text));
  request.res.end(text);
}

/** RFC 4918 §9.11. An admin may end the lock of someone else, who may have left for good. */
export async function unlock(request: DavRequest): Promise<void> {
  const { locks } = request.door.resources;
  const token = /^\s*<([^<>]+)>\s*$/.exec(headerOf(request, 'lock-token') ?? '')?.[1];
  if (token === undefined) throw new DavFailure(400, 'UNLOCK needs a Lock-Token');
  const covering = await locks.covering(fullPath(request, request.path));
  const held = covering.find((one) => one.token === token);
  if (held === undefined) {
    throw new DavFailure(409, 'there is no such lock here', { name: 'lock-token-matches-request-uri' });
  }
  if (held.userId !== request.user.id && !request.user.admin)
    throw new DavFailure(403, 'the lock is somebody else’s');
  await locks.release(held);
  answer(request, 204);
}
