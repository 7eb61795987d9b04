import { throwIfAborted } from '../../../core/abort.ts';
import type { HashKind } from '../../../core/entry.ts';
import { baseName, ROOT } from '../../../core/path.ts';
import { validatorsOf } from '../../../http/conditional.ts';
import { bodyOf } from '../../../http/request-body.ts';
import type { Node } from '../../../vfs/view.ts';
import { hrefOf } from '../base.ts';
import { DavFailure } from '../failure.ts';
import { checkIf, checkLocks, checkPreconditions } from '../guard.ts';
import { junkPolicy } from '../junk.ts';
import { acceptBody, answer, type DavRequest, headerOf, nodeAt } from '../request.ts';
import { checkParent } from './mkcol.ts';

/**
 * RFC 4918 §9.7: a file, in a folder that exists. Everything that can be refused is refused before the body is asked for. The body goes to
 * the gateway's disk and from there to the storage: what it replaces stays until the new file is whole.
 */
export async function put(request: DavRequest): Promise<void> {
  const { path, res, base } = request;
  if (path === ROOT) throw new DavFailure(405, 'the root is a folder');
  if (headerOf(request, 'content-range') !== undefined) {
    // RFC 9110 §14.5: taking a part for the whole would ruin the file.
    throw new DavFailure(400, 'parts of a file can not be put');
  }
  const node = await putTarget(request);
  const junk = junkPolicy(baseName(path), request.door.settings.get('webdav_junk'));
  if (junk === 'refuse')
    throw new DavFailure(403, 'files of this name are not kept here (setting webdav_junk)');
  if (junk === 'discard') return discard(request);
  const placed = await receive(request, node !== undefined);
  const { etag } = validatorsOf(placed.entry);
  if (etag !== undefined) res.setHeader('ETag', etag);
  if (node === undefined) res.setHeader('Location', hrefOf(base, path, false));
  answer(request, node === undefined ? 201 : 204);
}

/** True for a file that is answered as stored and thrown away. @throws DavFailure 403 for one that is refused */
function isDiscarded({ path, door }: DavRequest): boolean {
  const policy = junkPolicy(baseName(path), door.settings.get('webdav_junk'));
  if (policy === 'refuse')
    throw new DavFailure(403, 'files of this name are not kept here (setting webdav_junk)');
  return policy === 'discard';
}

/** What the file would replace. @throws DavFailure for all that stands against it */
async function putTarget(request: DavRequest): Promise<Node | undefined> {
  const { path } = request;
  const node = await nodeAt(request, path);
  if (node?.entry.kind === 'folder') throw new DavFailure(405, 'a folder has this name');
  if (node === undefined) await checkParent(request);
  checkPreconditions(request, node);
  await checkLocks(request, [{ path, member: node === undefined }]);
  return node;
}

async function receive(request: DavRequest, overwrite: boolean): Promise<Node> {
  const { req, res, view, path, ctx, door, user } = request;
  const modified = modifiedIn(request);
  const options = { overwrite, ...(modified === undefined ? {} : { modified }) };
  const compute = await view.uploadHashes(path, options, ctx);
  const hashes = checksumsIn(request);
  const size = sizeOf(request);
  acceptBody(request);
  const expected = { compute, hashes, owner: user.id, ...(size === undefined ? {} : { size }) };
  const spooled = await door.spool.receive(bodyOf(req), expected, ctx.signal);
  try {
    throwIfAborted(ctx.signal);
    // A body may take hours, in which others lock or change the file.
    await checkIf(request);
    const now = await putTarget(request);
    const placed = await view.upload(path, spooled, { ...options, overwrite: now !== undefined }, ctx);
    // Said only where the time was really kept: rclone believes it and looks no further (API reference §7.4).
    if (modified !== undefined && sameSecond(placed.entry.modified, modified)) {
      res.setHeader('X-OC-Mtime', 'accepted');
    }
    return placed;
  } finally {
    await spooled.discard();
  }
}

async function discard(request: DavRequest): Promise<void> {
  acceptBody(request);
  request.req.resume();
  answer(request, 201);
}

/** @throws DavFailure 400 for a length that is none. */
function sizeOf(request: DavRequest): number | undefined {
  // Finder sends chunks, and says here how much will come; without any, the body tells by ending.
  const text = headerOf(request, 'content-length') ?? headerOf(request, 'x-expected-entity-length');
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new DavFailure(400, 'the length of the body can not be read');
}

/** `X-OC-Mtime`, seconds since the epoch. What can't be read counts as absent: it is a courtesy. */
function modifiedIn(request: DavRequest): number | undefined {
  const seconds = Number(headerOf(request, 'x-oc-mtime') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 && seconds < 1e11 ? Math.round(seconds * 1000) : undefined;
}

const CHECKSUMS: ReadonlyMap<string, readonly [HashKind, number]> = new Map([
  ['md5', ['md5', 32]],
  ['sha1', ['sha1', 40]],
  ['sha256', ['sha256', 64]],
]);

/** `OC-Checksum: SHA1:…`, by which a client vouches for its body. Kinds that aren't known are left out. */
function checksumsIn(request: DavRequest): Partial<Record<HashKind, string>> {
  const found: Partial<Record<HashKind, string>> = {};
  for (const part of (headerOf(request, 'oc-checksum') ?? '').split(/[\s,]+/)) {
    const [kind = '', value = ''] = part.split(':');
    const known = CHECKSUMS.get(kind.toLowerCase());
    if (known === undefined) continue;
    const [hash, length] = known;
    if (!new RegExp(`^[\\da-f]{${length}}$`, 'i').test(value)) {
      throw new DavFailure(400, 'OC-Checksum can not be read');
    }
    found[hash] = value.toLowerCase();
  }
  return found;
}

function sameSecond(kept: number | undefined, wanted: number): boolean {
  return kept !== undefined && Math.floor(kept / 1000) === Math.floor(wanted / 1000);
}

/** An empty file where nothing is, for a lock on it, unless files of its name are thrown away. @throws as `View.upload`. */
export async function putEmpty(request: DavRequest): Promise<void> {
  const { view, path, ctx, door, user } = request;
  if (isDiscarded(request)) return;
  const compute = await view.uploadHashes(path, {}, ctx);
  const spooled = await door.spool.receive(nothing(), { compute, owner: user.id, size: 0 }, ctx.signal);
  try {
    await view.upload(path, spooled, {}, ctx);
  } finally {
    await spooled.discard();
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
