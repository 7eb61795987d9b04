import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DownloadFault, Faults } from '../cloud/index.ts';
import type { Blob, Caller, Cloud, DownloadDecision, VirtualClock } from '../types.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import type { Counters } from './counters.ts';
import { answerRange, type RangeAnswer } from './range.ts';
import { resizedBlob } from './resized-blob.ts';
import { sendBody } from './send-body.ts';
import { splitTarget } from './target.ts';

/** What the CDN works with. */
export interface CdnParts {
  readonly cloud: Pick<Cloud, 'authorizeDownload'>;
  readonly faults: Pick<Faults, 'takeForDownload'>;
  readonly clock: Pick<VirtualClock, 'now'>;
  readonly limits: ConnectionLimits;
  readonly counters: Pick<Counters, 'onBytes'>;
}

type Allowed = Extract<DownloadDecision, { ok: true }>;
type BodyFault = Exclude<DownloadFault, { kind: 'cdn_status' }>;

/** Answers one request for bytes by the rules C1–C11 of protocol reference §10.4. Resolves when the answer is over. */
export async function answerDownload(
  parts: CdnParts,
  req: IncomingMessage,
  res: ServerResponse,
  caller: Caller,
): Promise<void> {
  const url = req.url ?? '/';
  res.setHeader('Date', new Date(parts.clock.now()).toUTCString());
  if (req.method !== 'GET' && req.method !== 'HEAD') return refuse(res, 405, { Allow: 'GET, HEAD' });
  const { path, query } = splitTarget(url);
  const decision = parts.cloud.authorizeDownload(path, query, caller);
  if (!decision.ok) return refuse(res, decision.status);
  if (wantsOnlyJson(req.headers.accept)) return refuse(res, 406);
  const fault = parts.faults.takeForDownload(url, req.method);
  if (fault?.kind === 'cdn_status') return refuse(res, fault.status, retryAfter(fault.retryAfterSeconds));
  const release = parts.limits.take(url, decision.owner);
  if (release === undefined) return refuse(res, 503);
  res.once('close', release);
  try {
    await serve(parts, req, res, { decision, fault });
  } finally {
    release();
  }
}

async function serve(
  parts: CdnParts,
  req: IncomingMessage,
  res: ServerResponse,
  what: { readonly decision: Allowed; readonly fault: BodyFault | undefined },
): Promise<void> {
  const { decision, fault } = what;
  const blob = fault?.kind === 'wrong_size' ? resizedBlob(decision.blob, fault.delta) : decision.blob;
  const range = answerRange(req.headers.range, blob.size);
  if (range.kind === 'unsatisfiable') return refuse(res, 416, { 'Content-Range': `bytes */${blob.size}` });
  const { start, end } = range.kind === 'part' ? range : { start: 0, end: blob.size };
  writeHead(res, blob, range);
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  res.flushHeaders();
  const cut = Math.min(
    end,
    decision.cutAt ?? end,
    fault?.kind === 'cut_body' ? start + fault.afterBytes : end,
  );
  const pace = fault?.kind === 'slow_body' ? { bytesPerSecond: fault.bytesPerSecond } : {};
  const chunks = blob.slice(start, Math.max(start, cut));
  await sendBody(res, chunks, { ...pace, onBytes: (count) => parts.counters.onBytes(count) });
  if (cut < end) res.destroy();
  else res.end();
}

/** Rules C4 and C5; the file's name is nowhere in it. */
function writeHead(res: ServerResponse, blob: Blob, range: RangeAnswer): void {
  const isPart = range.kind === 'part';
  const length = isPart ? range.end - range.start : blob.size;
  res.writeHead(isPart ? 206 : 200, {
    'Content-Type': blob.mimeType,
    'Content-Length': length,
    'Accept-Ranges': 'bytes',
    ...(isPart ? { 'Content-Range': `bytes ${range.start}-${range.end - 1}/${blob.size}` } : {}),
  });
}

/** Refusals have no body (§3.5, field observation). */
function refuse(res: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  res.writeHead(status, { 'Content-Length': 0, ...headers });
  res.end();
}

function retryAfter(seconds: number | undefined): Record<string, string> {
  return seconds === undefined ? {} : { 'Retry-After': String(seconds) };
}

/** Rule C8. */
function wantsOnlyJson(accept = '*/*'): boolean {
  const types = accept.split(',').map((part) => part.split(';')[0]?.trim().toLowerCase());
  return types.includes('application/json') && !types.includes('*/*');
}
