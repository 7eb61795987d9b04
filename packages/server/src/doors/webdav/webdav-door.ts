import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Ctx } from '../../core/driver.ts';
import { isAbort, StorageError } from '../../core/errors.ts';
import { may, Permission, type PermissionBit } from '../../core/rights.ts';
import { clientAddress } from '../../http/client-address.ts';
import { setHeaders } from '../../http/headers.ts';
import { drain } from '../../http/request-body.ts';
import { decodeRequestPath, parseTarget } from '../../http/request-path.ts';
import { AuthError, type User } from '../../users/user.ts';
import type { DoorContext } from '../context.ts';
import { baseOf, DOOR } from './base.ts';
import { clientBehind } from './clients.ts';
import { DavFailure, sendFailure } from './failure.ts';
import { checkIf } from './guard.ts';
import { parseIf, submittedTokens } from './if-header.ts';
import { remove } from './methods/delete.ts';
import { get } from './methods/get.ts';
import { lock, unlock } from './methods/lock.ts';
import { mkcol } from './methods/mkcol.ts';
import { propfind } from './methods/propfind.ts';
import { proppatch } from './methods/proppatch.ts';
import { put } from './methods/put.ts';
import { copy, move } from './methods/transfer.ts';
import type { DavMethod, DavRequest } from './request.ts';

interface Method {
  readonly run: DavMethod;
  /** Whether it needs the right to manage by WebDAV, beside that to read (API reference §7.1). What it changes the view asks for itself. */
  readonly manages: boolean;
  /** What it does to others without a change that the view would see: one of these rights is needed for it. */
  readonly oneOf?: readonly PermissionBit[];
}

/** A lock keeps everybody else from changing something: it is for those who may change something themselves. */
const CHANGES = [Permission.write, Permission.rename, Permission.move, Permission.remove];

const METHODS: ReadonlyMap<string, Method> = new Map([
  ['GET', { run: get, manages: false }],
  ['HEAD', { run: get, manages: false }],
  ['POST', { run: get, manages: false }],
  ['PROPFIND', { run: propfind, manages: false }],
  ['PUT', { run: put, manages: true }],
  ['MKCOL', { run: mkcol, manages: true }],
  ['DELETE', { run: remove, manages: true }],
  ['COPY', { run: copy, manages: true }],
  ['MOVE', { run: move, manages: true }],
  ['PROPPATCH', { run: proppatch, manages: true, oneOf: [Permission.write] }],
  ['LOCK', { run: lock, manages: true, oneOf: CHANGES }],
  ['UNLOCK', { run: unlock, manages: true }],
]);

const ABILITIES = {
  DAV: '1, 2, 3',
  'MS-Author-Via': 'DAV', // Windows takes a server without it for a plain web server
  Allow: ['OPTIONS', ...METHODS.keys()].join(', '),
};

/** WebDAV at `/dav` (RFC 4918, class 1, 2 and 3), on `node:http` itself: it needs the raw path, its own methods and bodies that stream. */
export function createWebdavDoor(
  door: DoorContext,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  return async (req, res) => {
    const left = new AbortController();
    res.once('close', () => {
      if (!res.writableFinished) left.abort();
    });
    try {
      if (req.method === 'OPTIONS') answerOptions(req, res);
      else await serve(req, res, ctxOf(req, left.signal, door), door);
    } catch (error) {
      report(error, req, door);
      if (!(await bodyIsOver(req))) res.shouldKeepAlive = false;
      sendFailure(res, error);
    }
  };
}

/** How much of a body is read away so that its sender hears why it was refused. */
const LEFT_OVER = { bytes: 64 * 1024 * 1024, ms: 10_000 };

/** False when more of a body may follow than is worth reading: then the connection can't be used again. */
async function bodyIsOver(req: IncomingMessage): Promise<boolean> {
  // Who waits to be asked for the body hears the refusal first, and keeps the body.
  return req.headers.expect === undefined && (await drain(req, LEFT_OVER));
}

/** Asks for no credentials: clients look here first, to learn whether there is WebDAV at all. */
function answerOptions(req: IncomingMessage, res: ServerResponse): void {
  req.resume();
  setHeaders(res, { ...ABILITIES, 'Content-Length': '0' });
  res.statusCode = 200;
  res.end();
}

async function serve(req: IncomingMessage, res: ServerResponse, ctx: Ctx, door: DoorContext): Promise<void> {
  const method = METHODS.get(req.method ?? '');
  if (method === undefined) {
    setHeaders(res, { Allow: ABILITIES.Allow });
    throw new DavFailure(405, 'this method is not known here');
  }
  const user = await recognised(req, ctx, door);
  if (!mayCall(user, method)) throw new DavFailure(403, 'your account may not do this by WebDAV');
  const request = requestFor(req, res, { door, ctx, user });
  await checkIf(request);
  await method.run(request);
}

function mayCall(user: User, { manages, oneOf }: Method): boolean {
  if (!may(user, Permission.webdavRead)) return false;
  if (manages && !may(user, Permission.webdavManage)) return false;
  return oneOf === undefined || oneOf.some((bit) => may(user, bit));
}

function requestFor(
  req: IncomingMessage,
  res: ServerResponse,
  { door, ctx, user }: Pick<DavRequest, 'door' | 'ctx' | 'user'>,
): DavRequest {
  const target = req.url ?? '/';
  // A client that sends a fragment means a part of what would be changed whole.
  if (target.includes('#')) throw new DavFailure(400, 'the address holds a fragment');
  const path = decodeRequestPath(parseTarget(target).rawPath, DOOR);
  const header = req.headers['if'];
  const ifLists = typeof header === 'string' ? parseIf(header) : [];
  return {
    req,
    res,
    door,
    ctx,
    user,
    path,
    ifLists,
    tokens: submittedTokens(ifLists),
    view: door.viewOf(user),
    base: baseOf(req, { siteUrl: door.settings.get('site_url'), trusted: door.trusted }),
    client: clientBehind(req.headers['user-agent']),
  };
}

/** @throws AuthError for no credentials, wrong ones, and too many wrong ones. */
async function recognised(req: IncomingMessage, ctx: Ctx, door: DoorContext): Promise<User> {
  const credentials = basicCredentials(req.headers.authorization);
  if (credentials === undefined)
    throw new AuthError(401, 'sign in with your name and password, or an app password');
  return door.auth.recognise(credentials, { address: ctx.client?.address ?? '' });
}

/** RFC 7617; undefined for anything else. */
function basicCredentials(
  header: string | undefined,
): { readonly username: string; readonly password: string } | undefined {
  const encoded = /^basic\s+([\w+/=-]+)\s*$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const cut = text.indexOf(':');
  return cut < 0 ? undefined : { username: text.slice(0, cut), password: text.slice(cut + 1) };
}

function ctxOf(req: IncomingMessage, signal: AbortSignal, { trusted }: DoorContext): Ctx {
  const address = clientAddress({ remoteAddress: req.socket.remoteAddress, headers: req.headers }, trusted);
  const userAgent = req.headers['user-agent'];
  const client = { address, ...(userAgent === undefined ? {} : { userAgent }) };
  return { signal, priority: 'browse', client };
}

function report(error: unknown, req: IncomingMessage, door: DoorContext): void {
  const known = error instanceof DavFailure || error instanceof StorageError || error instanceof AuthError;
  if (known || isAbort(error)) return;
  door.log.error(
    { error, method: req.method },
    'a WebDAV request failed for a reason that nothing accounts for',
  );
}
