import type { IncomingMessage, ServerResponse } from 'node:http';
import { FaultFormatError, type Faults, parseFault } from '../cloud/index.ts';
import type { VirtualClock } from '../types.ts';
import { faultToJson } from './fault-json.ts';
import { readBody, sendJson } from './messages.ts';
import type { SandboxStats } from './stats.ts';

/** What the control interface works on. */
export interface ControlParts {
  readonly clock: VirtualClock;
  readonly faults: Faults;
  stats(): SandboxStats;
  /** Plants `seed`, or the last one anew, and sets clock and counters to zero. Rejects with RangeError for an unknown name. */
  reseed(seed?: string): Promise<void>;
}

/** Where the control interface lives, under any host. */
export const CONTROL_PREFIX = '/_sandbox/';

const TEN_YEARS_MS = 10 * 365 * 86_400_000;

type Action = (parts: ControlParts, body: unknown) => object | Promise<object>;

const ACTIONS: ReadonlyMap<string, ReadonlyMap<string, Action>> = new Map([
  ['stats', new Map<string, Action>([['GET', statsToJson]])],
  ['clock', new Map<string, Action>([['POST', advanceClock]])],
  [
    'faults',
    new Map<string, Action>([
      ['GET', listFaults],
      ['POST', addFault],
      ['DELETE', clearFaults],
    ]),
  ],
  ['reset', new Map<string, Action>([['POST', (parts) => reseed(parts)]])],
  ['seed', new Map<string, Action>([['POST', (parts, body) => reseed(parts, textMember(body, 'name'))]])],
]);

/** A request that the control interface can't act on; the message says what is wrong with it. */
class ControlError extends Error {
  override readonly name = 'ControlError';
}

/** Answers a request below `/_sandbox/`; no part of the emulated API. */
export async function answerControl(
  parts: ControlParts,
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
): Promise<void> {
  const methods = ACTIONS.get(path.slice(CONTROL_PREFIX.length));
  if (methods === undefined) {
    const known = [...ACTIONS.keys()].map((name) => CONTROL_PREFIX + name);
    return sendJson(req, res, 404, { error: `no such control; there are ${known.join(', ')}` });
  }
  const action = methods.get(req.method ?? '');
  if (action === undefined) {
    const allowed = [...methods.keys()].join(', ');
    res.setHeader('Allow', allowed);
    return sendJson(req, res, 405, { error: `${path} takes ${allowed}` });
  }
  try {
    const body = req.method === 'POST' ? parseBody(await readBody(req)) : undefined;
    sendJson(req, res, 200, await action(parts, body));
  } catch (error) {
    const isCallers =
      error instanceof ControlError || error instanceof FaultFormatError || error instanceof RangeError;
    if (!isCallers) throw error;
    sendJson(req, res, 400, { error: error.message });
  }
}

function statsToJson(parts: ControlParts): object {
  const stats = parts.stats();
  return {
    requests: stats.requests,
    open_cdn_connections: stats.openCdnConnections,
    cdn_bytes: stats.cdnBytes,
    sign_ins: stats.signIns,
    refreshes: stats.refreshes,
    captcha_inits: stats.captchaInits,
    now_ms: parts.clock.now(),
  };
}

function advanceClock(parts: ControlParts, body: unknown): object {
  const ms = member(body, 'advance_ms');
  if (typeof ms !== 'number' || !Number.isInteger(ms) || ms < 0 || ms > TEN_YEARS_MS)
    throw new ControlError('advance_ms must be a whole number of milliseconds, from 0 to ten years');
  parts.clock.advance(ms);
  return { now_ms: parts.clock.now() };
}

function listFaults(parts: ControlParts): object {
  return { faults: parts.faults.pending().map(faultToJson) };
}

function addFault(parts: ControlParts, body: unknown): object {
  parts.faults.add(parseFault(body));
  return listFaults(parts);
}

function clearFaults(parts: ControlParts): object {
  parts.faults.clear();
  return listFaults(parts);
}

async function reseed(parts: ControlParts, seed?: string): Promise<object> {
  await parts.reseed(seed);
  return { ok: true };
}

/** A body of nothing is an empty object: `reset` needs none. */
function parseBody(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ControlError('the body must be JSON');
  }
}

function member(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ControlError('the body must be a JSON object');
  return Object.entries(body).find(([key]) => key === name)?.[1];
}

function textMember(body: unknown, name: string): string {
  const value = member(body, name);
  if (typeof value !== 'string' || value === '') throw new ControlError(`${name} must be a text`);
  return value;
}
