import type { IncomingMessage, ServerResponse } from 'node:http';
import { ROOTS } from '../cloud/index.ts';
import type { Caller, CloudWithStore } from '../types.ts';
import { answerDownload, type CdnParts } from './cdn.ts';
import { answerControl, CONTROL_PREFIX, type ControlParts } from './control.ts';
import type { Counters } from './counters.ts';
import { BodyTooLargeError, headersOf, hostOf, readBody, sendJson, sendWhole } from './messages.ts';
import { answerStore } from './object-store.ts';
import { splitTarget, type Target } from './target.ts';

/** Answers requests of a caller that is known already. Never rejects. */
export type Front = (req: IncomingMessage, res: ServerResponse, caller: Caller) => Promise<void>;

/** What stands behind the listeners. */
export interface FrontParts {
  readonly cloud: CloudWithStore;
  readonly counters: Counters;
  readonly cdn: CdnParts;
  readonly control: ControlParts;
}

/** Behind HTTPS: every host of the emulated cloud by its `Host` header, and the control interface under any host. */
export function createFront(parts: FrontParts): Front {
  return guarded(async (exchange) => {
    const { req, res, target, caller } = exchange;
    if (target.path.startsWith(CONTROL_PREFIX)) return answerControl(parts.control, req, res, target.path);
    parts.counters.onRequest(req.method ?? '', target.path);
    const host = hostOf(req);
    if (parts.cloud.isObjectStoreHost(host)) return answerStore(parts.cloud, exchange);
    const isDownload = host.startsWith('dl-') || target.path.startsWith('/download/');
    return isDownload ? answerDownload(parts.cdn, req, res, caller) : answerApi(parts, exchange, host);
  });
}

/** Behind plain HTTP: the object store by its hosts, and what a browser is led to, where the path tells which host is meant. */
export function createPlainFront(parts: FrontParts): Front {
  return guarded(async (exchange) => {
    const { req, res, target, caller } = exchange;
    parts.counters.onRequest(req.method ?? '', target.path);
    if (parts.cloud.isObjectStoreHost(hostOf(req))) return answerStore(parts.cloud, exchange);
    if (target.path.startsWith('/captcha/')) return answerApi(parts, exchange, `user.${ROOTS[0]}`);
    if (target.path.startsWith('/v0/')) return answerApi(parts, exchange, `sg-thumbnail-drive.${ROOTS[0]}`);
    return answerDownload(parts.cdn, req, res, caller);
  });
}

interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly target: Target;
  readonly caller: Caller;
}

function guarded(answer: (exchange: Exchange) => Promise<void>): Front {
  return async (req, res, caller) => {
    try {
      await answer({ req, res, target: splitTarget(req.url ?? '/'), caller });
    } catch (error) {
      if (res.headersSent) res.destroy();
      else if (error instanceof BodyTooLargeError) sendJson(req, res, 413, { error: error.message });
      else sendJson(req, res, 500, { error: error instanceof Error ? error.message : String(error) });
    }
  };
}

async function answerApi(parts: FrontParts, exchange: Exchange, host: string): Promise<void> {
  const { req, res, target, caller } = exchange;
  const body = await readBody(req);
  const method = req.method ?? 'GET';
  const request = { method, host, ...target, headers: headersOf(req), body, caller };
  sendWhole(req, res, await parts.cloud.handle(request));
}
