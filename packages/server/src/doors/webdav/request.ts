import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Ctx } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import { joinPath, relativeTo, isWithin, type TreePath } from '../../core/path.ts';
import type { User } from '../../users/user.ts';
import type { Node, View } from '../../vfs/view.ts';
import type { DoorContext } from '../context.ts';
import { type DavBase, hrefOf } from './base.ts';
import type { ClientTraits } from './clients.ts';
import { DavFailure } from './failure.ts';
import type { IfList } from './if-header.ts';

/** One request by someone who was recognised, its headers read. */
export interface DavRequest {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly door: DoorContext;
  readonly ctx: Ctx;
  readonly user: User;
  readonly view: View;
  readonly base: DavBase;
  readonly client: ClientTraits;
  /** Relative to the user's base path. */
  readonly path: TreePath;
  readonly ifLists: readonly IfList[];
  /** Lock tokens that the client has named. */
  readonly tokens: ReadonlySet<string>;
}

/** A handler of one method. It answers, or throws what `sendFailure` answers. */
export type DavMethod = (request: DavRequest) => Promise<void>;

/** A user's path in the whole tree, by which locks and properties are kept. */
export function fullPath({ user }: Pick<DavRequest, 'user'>, path: TreePath): TreePath {
  return joinPath(user.basePath, path);
}

/** The href of what stands at a full path; that of the request itself for what lies outside the user's tree. */
export function hrefOfFull(request: DavRequest, full: TreePath): string {
  const { user, base, path } = request;
  const shown = isWithin(full, user.basePath) ? relativeTo(full, user.basePath) : path;
  return hrefOf(base, shown, false);
}

/** What stands at a path, or undefined. @throws StorageError for trouble of any other kind */
export async function nodeAt({ view, ctx }: DavRequest, path: TreePath): Promise<Node | undefined> {
  try {
    return await view.get(path, ctx);
  } catch (error) {
    if (error instanceof StorageError && error.code === 'not_found') return undefined;
    throw error;
  }
}

/** A header that comes once, or undefined. */
export function headerOf({ req }: Pick<DavRequest, 'req'>, name: string): string | undefined {
  const value = req.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

export type Depth = '0' | '1' | 'infinity';

/** `Depth` (RFC 4918 §10.2), endless when absent; Microsoft's `,noroot` behind it falls away. @throws DavFailure 400 for another value, or one that the method doesn't take. */
export function depthOf(request: DavRequest, allowed: readonly Depth[]): Depth {
  const text = (headerOf(request, 'depth') ?? 'infinity')
    .trim()
    .toLowerCase()
    .replace(/,\s*noroot$/, '');
  const depth = allowed.find((known) => known === text);
  if (depth === undefined) throw new DavFailure(400, `Depth must be one of ${allowed.join(', ')}`);
  return depth;
}

/** `Overwrite` (RFC 4918 §10.6), true when absent. @throws DavFailure 400. */
export function overwriteOf(request: DavRequest): boolean {
  const text = (headerOf(request, 'overwrite') ?? 'T').trim().toUpperCase();
  if (text !== 'T' && text !== 'F') throw new DavFailure(400, 'Overwrite must be T or F');
  return text === 'T';
}

/** The seconds that `Timeout` (RFC 4918 §10.7) asks for: its first value that can be read. Undefined for none, or for ever. */
export function timeoutOf(request: DavRequest): number | undefined {
  for (const value of (headerOf(request, 'timeout') ?? '').split(',')) {
    const text = value.trim();
    if (/^infinite$/i.test(text)) return Number.POSITIVE_INFINITY;
    const seconds = /^second-(\d{1,10})$/i.exec(text)?.[1];
    if (seconds !== undefined) return Number(seconds);
  }
  return undefined;
}

/** Tells a client that waits with its body (RFC 9110 §10.1.1) to send it: to be called when nothing stands against it any more. */
export function acceptBody({ req, res }: Pick<DavRequest, 'req' | 'res'>): void {
  if (/^100-continue$/i.test(req.headers.expect ?? '')) res.writeContinue();
}

/**
 * A body that is read whole. @throws DavFailure 413 above the limit, without reading on; 400 when it ends early.
 * @param limit bytes
 */
export async function readBody(request: Pick<DavRequest, 'req' | 'res'>, limit: number): Promise<Uint8Array> {
  const { req } = request;
  const tooLarge = new DavFailure(413, `the body is larger than ${limit} bytes`);
  if (Number(req.headers['content-length'] ?? 0) > limit) throw tooLarge;
  acceptBody(request);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of req as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > limit) break;
      chunks.push(chunk);
    }
  } catch {
    throw new DavFailure(400, 'the body was cut short'); // its sender has left; nobody reads this
  }
  if (size > limit) throw tooLarge;
  return Buffer.concat(chunks);
}

/** Ends an answer without a body. */
export function answer({ res }: Pick<DavRequest, 'res'>, status: number): void {
  res.statusCode = status;
  if (status !== 204) res.setHeader('Content-Length', 0);
  res.end();
}
