import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Ctx } from '../../core/driver.ts';
import { evaluatePreconditions, rangeHolds, type Validators, validatorsOf } from '../../http/conditional.ts';
import { DOWNLOAD_CORS, fileHeaders, setHeaders } from '../../http/headers.ts';
import { type ByteRange, contentRange, parseRange } from '../../http/range.ts';
import type { Gateway } from '../../links/gateway-stream.ts';
import type { OpenFile } from '../../vfs/view.ts';

/** One answer from the gateway's own hands. */
export interface FileAnswer {
  readonly file: OpenFile;
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
  const { entry } = answer.file.node;
  const validators = validatorsOf(entry);
  setHeaders(res, { ...DOWNLOAD_CORS, ...fileHeaders(entry, validators, answer.disposition) });
  const precondition = evaluatePreconditions(req.headers, validators);
  if (precondition !== 'go') return end(res, precondition === 'failed' ? 412 : 304);
  const wanted = rangeOf(req, validators, entry.size);
  if (wanted === 'unsatisfiable') {
    res.setHeader('Content-Range', `bytes */${entry.size}`);
    return end(res, 416);
  }
  const range = wanted ?? { start: 0, end: entry.size };
  res.statusCode = wanted === undefined ? 200 : 206;
  res.setHeader('Content-Length', range.end - range.start);
  if (wanted !== undefined) res.setHeader('Content-Range', contentRange(wanted, entry.size));
  if (req.method === 'HEAD' || range.end === range.start) {
    res.end();
    return;
  }
  const job = { file: answer.file, range, ctx: answer.ctx };
  if ((await gateway.offload?.take(req, res, job)) === true) return;
  await gateway.send(res, await gateway.open(job), job);
}

/** RFC 9110 defines ranges for GET alone (§14.2), but clients probe with HEAD and expect the head of the part. */
function rangeOf(
  req: IncomingMessage,
  validators: Validators,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const ifRange = req.headers['if-range'];
  if (!rangeHolds(Array.isArray(ifRange) ? ifRange[0] : ifRange, validators)) return undefined;
  const request = parseRange(req.headers.range, size);
  if (request.kind === 'part') return request.range;
  return request.kind === 'unsatisfiable' ? 'unsatisfiable' : undefined;
}

function end(res: ServerResponse, status: 304 | 412 | 416): void {
  for (const name of ['Content-Type', 'Content-Disposition']) res.removeHeader(name);
  res.statusCode = status;
  if (status !== 304) res.setHeader('Content-Length', 0);
  res.end();
}
