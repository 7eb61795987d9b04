import type { CloudRequest } from '../types.ts';

/** A request's body as a record of its members, whatever the label said. */
export type Body = Readonly<Record<string, unknown>>;

/**
 * Reads a body as JSON whatever its content type, else as a form (protocol reference rule T4; fact: P labels JSON as a form,
 * R sends a true form to `auth/token`). Anything else gives a record without the members that were wanted.
 */
export function readBody(request: CloudRequest): Body {
  const text = new TextDecoder().decode(request.body);
  return asRecord(parseJson(text)) ?? Object.fromEntries(new URLSearchParams(text));
}

/** JSON text as a value; undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value as a record; undefined for anything but a JSON object. */
export function asRecord(value: unknown): Body | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

/** A member's text; '' when it is absent or not a text. */
export function textOf(body: Body, name: string): string {
  const value = body[name];
  return typeof value === 'string' ? value : '';
}

/** A value that clients send as a header or as a query parameter (§1.7, field observation); '' when neither is there. */
export function headerOrQuery(request: CloudRequest, header: string, parameter: string): string {
  return request.headers[header] || (request.query.get(parameter) ?? '');
}

/** The bearer token; '' when there is none. */
export function bearerOf(request: CloudRequest): string {
  return /^Bearer\s+(\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
}
