import type { Fault, FaultMatch, FaultRule } from './faults.ts';
import { asRecord, type Body } from './request.ts';

/** What is wrong with a fault that the control interface was given. */
export class FaultFormatError extends Error {
  override readonly name = 'FaultFormatError';
}

const KINDS: Readonly<Record<Fault['kind'], (json: Body) => Fault>> = {
  status: (json) => ({
    kind: 'status',
    status: integer(json, 'status', [400, 599]),
    ...retryAfter(json),
    ...bodyOf(json),
  }),
  vendor_error: (json) => ({
    kind: 'vendor_error',
    status: integer(json, 'status', [200, 599]),
    error: text(json, 'error'),
    code: integer(json, 'code', [0, 99_999]),
    text: text(json, 'text'),
  }),
  hang_up: (json) => ({ kind: 'hang_up', when: whenOf(json) }),
  captcha_invalid: () => ({ kind: 'captcha_invalid' }),
  token_expired: () => ({ kind: 'token_expired' }),
  too_frequent: () => ({ kind: 'too_frequent' }),
  duplicate_names: () => ({ kind: 'duplicate_names' }),
  empty_page: () => ({ kind: 'empty_page' }),
  short_page: (json) => ({ kind: 'short_page', items: integer(json, 'items', [1, 499]) }),
  missing_links: () => ({ kind: 'missing_links' }),
  task_error: (json) => ({ kind: 'task_error', message: text(json, 'message') }),
  slow_task: (json) => ({ kind: 'slow_task', delayMs: integer(json, 'delay_ms', [0, 1e12]) }),
  store_error: (json) => ({
    kind: 'store_error',
    status: integer(json, 'status', [400, 599]),
    code: text(json, 'code'),
  }),
  store_hang_up: (json) => ({
    kind: 'store_hang_up',
    ...('after_bytes' in json ? { afterBytes: integer(json, 'after_bytes', [0, 1e15]) } : {}),
  }),
  slow_body: (json) => ({
    kind: 'slow_body',
    bytesPerSecond: integer(json, 'bytes_per_second', [1, 1e9]),
  }),
  cut_body: (json) => ({ kind: 'cut_body', afterBytes: integer(json, 'after_bytes', [0, 1e15]) }),
  wrong_size: (json) => ({ kind: 'wrong_size', delta: integer(json, 'delta', [-1e15, 1e15]) }),
  cdn_status: (json) => ({
    kind: 'cdn_status',
    status: integer(json, 'status', [400, 599]),
    ...retryAfter(json),
  }),
};

/**
 * Reads one fault of the control interface:
 * `{ "kind": "status", "status": 429, "retry_after": 1, "times": 2, "match": { "method": "GET", "path": "/drive/v1/files*" } }`.
 * `times` is 1 unless said, or `"forever"`. Members are those of `Fault` in snake case.
 *
 * @throws FaultFormatError naming the member that is wrong.
 */
export function parseFault(json: unknown): FaultRule {
  const body = asRecord(json);
  if (body === undefined) throw new FaultFormatError('a fault must be a JSON object');
  const kind = Object.keys(KINDS).find((known): known is Fault['kind'] => known === body['kind']);
  if (kind === undefined) throw new FaultFormatError(`kind must be one of ${Object.keys(KINDS).join(', ')}`);
  return { ...KINDS[kind](body), match: matchOf(body['match']), times: timesOf(body) };
}

function matchOf(json: unknown): FaultMatch {
  if (json === undefined) return {};
  const body = asRecord(json);
  if (body === undefined) throw new FaultFormatError('match must be a JSON object');
  return {
    ...('method' in body ? { method: text(body, 'method').toUpperCase() } : {}),
    ...('path' in body ? { path: text(body, 'path') } : {}),
  };
}

function timesOf(body: Body): number {
  if (body['times'] === undefined) return 1;
  return body['times'] === 'forever' ? Number.POSITIVE_INFINITY : integer(body, 'times', [1, 1e6]);
}

function retryAfter(body: Body): { retryAfterSeconds?: number } {
  return 'retry_after' in body ? { retryAfterSeconds: integer(body, 'retry_after', [0, 86_400]) } : {};
}

function bodyOf(body: Body): { body?: 'html' | 'empty' | 'broken_json' } {
  const value = body['body'];
  if (value === undefined) return {};
  if (value === 'html' || value === 'empty' || value === 'broken_json') return { body: value };
  throw new FaultFormatError('body must be one of html, empty, broken_json');
}

/** `before` unless said. */
function whenOf(body: Body): 'before' | 'after' {
  const { when = 'before' } = body;
  if (when === 'before' || when === 'after') return when;
  throw new FaultFormatError('when must be one of before, after');
}

function integer(body: Body, name: string, range: readonly [number, number]): number {
  const value = body[name];
  const [least, most] = range;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw new FaultFormatError(`${name} must be a whole number from ${least} to ${most}`);
  return value;
}

function text(body: Body, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw new FaultFormatError(`${name} must be a text`);
  return value;
}
