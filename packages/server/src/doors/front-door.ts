import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { sendProblem } from '../http/problem.ts';
import { parseTarget } from '../http/request-path.ts';
import { createApiDoor } from './api/api-door.ts';
import type { DoorContext } from './context.ts';
import { createDownloadDoor } from './download/download-door.ts';
import type { DoorName, Metrics } from './metrics.ts';
import { createWebdavDoor } from './webdav/webdav-door.ts';
import { type AssetMap, createUiDoor } from './ui.ts';

export interface FrontDoorParts {
  readonly door: DoorContext;
  readonly assets: AssetMap;
  readonly metrics: Metrics;
  readonly version: string;
}

type Answer = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** Requests whose body is a file: it takes as long as its sender's line. Their doors let go of senders that fall silent. */
export function takesFile({ method, url = '/' }: IncomingMessage): boolean {
  const { rawPath } = parseTarget(url);
  if (method === 'PUT') return /^\/(?:api\/fs\/(?:put|form)$|dav\/)/.test(rawPath);
  return method === 'PATCH' && rawPath.startsWith('/api/fs/tus/');
}

/** Leads every request to its door, by the raw path. */
export function createFrontDoor(parts: FrontDoorParts): RequestListener {
  const { door, metrics } = parts;
  const api = createApiDoor(door);
  const download = createDownloadDoor(door);
  const webdav = createWebdavDoor(door);
  const ui = createUiDoor(parts.assets);
  const health = createHealthDoor(parts);

  const choose = (path: string): [DoorName, Answer] => {
    const first = /^\/[^/]*/.exec(path)?.[0] ?? '/';
    if (first === '/d' || first === '/p') return ['download', (req, res) => download(req, res, first)];
    if (first === '/dav') return ['webdav', webdav];
    if (first === '/api') return ['api', api];
    const answer = health.get(path);
    return answer === undefined ? ['ui', ui] : ['health', answer];
  };

  return (req, res) => {
    const [name, answer] = choose(parseTarget(req.url ?? '/').rawPath);
    // WebDAV clients send large files, and first wait to hear that they may.
    if (name !== 'webdav' && /^100-continue$/i.test(req.headers.expect ?? '')) res.writeContinue();
    res.once('close', () => metrics.countRequest(name, res.statusCode));
    answer(req, res).catch((error: unknown) => {
      door.log.error({ error, door: name }, 'a request failed for a reason that nothing accounts for');
      sendProblem(res, { status: 500, message: 'internal error' });
    });
  };
}

/** Small answers for machines: `/ping`, `/healthz`, `/metrics`, `/robots.txt`. */
function createHealthDoor({ door, metrics, version }: FrontDoorParts): ReadonlyMap<string, Answer> {
  const states = async (): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (const { status } of await door.storages.list()) {
      counts[status.state] = (counts[status.state] ?? 0) + 1;
    }
    return counts;
  };
  const text = 'text/plain; charset=utf-8';
  return new Map<string, Answer>([
    ['/ping', async (_, res) => send(res, text, 'pong')],
    ['/robots.txt', async (_, res) => send(res, text, door.settings.get('robots_txt'))],
    ['/metrics', async (_, res) => send(res, metrics.contentType, await metrics.render())],
    [
      '/healthz',
      async (_, res) => {
        const { open } = door.gateway.totals;
        const body = { status: 'ok', version, storages: await states(), open_streams: open };
        send(res, 'application/json; charset=utf-8', JSON.stringify(body));
      },
    ],
  ]);
}

function send(res: ServerResponse, type: string, body: string): void {
  res.writeHead(200, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  res.end(body);
}
