import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Ctx } from '../../core/driver.ts';
import type { Entry } from '../../core/entry.ts';
import { evaluatePreconditions, rangeHolds, type Validators, validatorsOf } from '../../http/conditional.ts';
import { DOWNLOAD_CORS, fileHeaders, setHeaders } from '../../http/headers.ts';
import { contentTypeOf } from '../../http/media-type.ts';
import { multipartOf } from '../../http/multipart.ts';
import { type ByteRange, contentRange, parseRange, type RangeRequest } from '../../http/range.ts';
import type { Gateway } from '../../links/gateway-stream.ts';
import type { OpenFile } from '../../vfs/view.ts';

/** One answer from the gateway's own hands. */
export interface FileAnswer {
  readonly file: OpenFile;
  /** What the client is told that it gets, where that is not the file itself: the beginning of one that is cut. */
  readonly shown?: Entry | undefined;
  readonly disposition: 'attachment' | 'inline';
  readonly ctx: Ctx;
}

/**
 * Answers a GET or HEAD with a file: whole, a part, "not modified", or why not (RFC 9110 §13, §14). HEAD and empty files never reach
 * the upstream. The head goes out only when the upstream's has been checked.
 *
 * @throws StorageError as `Gateway.open`, while nothing has been sent.
 */
export async function sendFile(
  req: IncomingMessage,
  res: ServerResponse,
  answer: FileAnswer,
  gateway: Gateway,
): Promise<void> {
  const entry = answer.shown ?? answer.file.node.entry;
  const validators = validatorsOf(entry);
  setHeaders(res, { ...DOWNLOAD_CORS, ...fileHeaders(entry, validators, answer.disposition) });
  const precondition = evaluatePreconditions(req.headers, validators);
  if (precondition !== 'go') return end(res, precondition === 'failed' ? 412 : 304);
  const request = rangeOf(req, validators, entry.size);
  if (request.kind === 'unsatisfiable') {
    res.setHeader('Content-Range', `bytes */${entry.size}`);
    return end(res, 416);
  }
  if (request.kind === 'parts') return sendParts(req, res, answer, { gateway, ranges: request.ranges });
  const range = request.kind === 'part' ? request.range : { start: 0, end: entry.size };
  res.statusCode = request.kind === 'part' ? 206 : 200;
  res.setHeader('Content-Length', range.end - range.start);
  if (request.kind === 'part') res.setHeader('Content-Range', contentRange(range, entry.size));
  if (req.method === 'HEAD' || range.end === range.start) {
    res.end();
    return;
  }
  const job = { file: answer.file, range, ctx: answer.ctx };
  if ((await gateway.offload?.take(req, res, job)) === true) return;
  await gateway.send(res, await gateway.open(job), job);
}

/** Several ranges in one body (RFC 9110 §14.6). */
async function sendParts(
  req: IncomingMessage,
  res: ServerResponse,
  { file, shown, ctx }: FileAnswer,
  { gateway, ranges }: { readonly gateway: Gateway; readonly ranges: readonly ByteRange[] },
): Promise<void> {
  const entry = shown ?? file.node.entry;
  const boundary = randomBytes(18).toString('hex');
  const { contentType, length, parts, after } = multipartOf(ranges, {
    boundary,
    type: contentTypeOf(entry.name),
    size: entry.size,
  });
  const [first, ...rest] = parts;
  res.statusCode = 206;
  setHeaders(res, { 'Content-Type': contentType, 'Content-Length': String(length) });
  if (req.method === 'HEAD' || first === undefined) {
    res.end();
    return;
  }
  const job = { file, range: first.range, ctx };
  const leg = await gateway.open(job);
  res.write(first.before);
  await gateway.send(res, leg, job, { parts: rest, after });
}

/** RFC 9110 defines ranges for GET alone (§14.2), but clients probe with HEAD and expect the head of the part. */
function rangeOf(req: IncomingMessage, validators: Validators, size: number): RangeRequest {
  const ifRange = req.headers['if-range'];
  const holds = rangeHolds(Array.isArray(ifRange) ? ifRange[0] : ifRange, validators);
  return parseRange(holds ? req.headers.range : undefined, size);
}

function end(res: ServerResponse, status: 304 | 412 | 416): void {
  for (const name of ['Content-Type', 'Content-Disposition']) res.removeHeader(name);
  res.statusCode = status;
  if (status !== 304) res.setHeader('Content-Length', 0);
  res.end();
}
