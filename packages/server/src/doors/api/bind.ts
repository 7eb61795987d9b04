import { z } from 'zod';
import { ApiFailure } from './envelope.ts';

/** The largest JSON body that is read unless a route takes more. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** What a route takes beyond the ordinary. */
export interface BodyRules {
  readonly maxBodyBytes?: number;
}

/** A request schema: an object whose keys are lower case. */
export type RequestSchema = z.ZodObject;

/**
 * Reads a request's fields by the binding rules of API reference §1.5: from the query for GET and HEAD, else from the JSON or form
 * body. Keys match whatever their case, unknown ones are ignored, `null` counts as absent.
 *
 * @throws ApiFailure 400: `EOF` for a missing body, the reference's text for a missing field, else what is wrong with which field.
 */
export async function bindRequest<S extends RequestSchema>(
  request: Request,
  schema: S,
  { maxBodyBytes = MAX_BODY_BYTES }: BodyRules = {},
): Promise<z.output<S>> {
  if (request.method === 'GET' || request.method === 'HEAD') {
    return parse(schema, fromText(schema, new URL(request.url).searchParams));
  }
  const type = request.headers.get('content-type') ?? '';
  const text = await readBody(request, maxBodyBytes);
  if (/^application\/x-www-form-urlencoded\b/i.test(type) && !text.startsWith('{')) {
    return parse(schema, fromText(schema, new URLSearchParams(text)));
  }
  return parse(schema, foldKeys(parseJson(text, schema)));
}

/** The field in which a body that is an array stands, for the few routes that take one and so have a field of this name. */
export const LIST_FIELD = 'list';

/** The body as text. @throws ApiFailure 413 above the limit, without reading on; 400 for what is not UTF-8 or ends early. */
async function readBody(request: Request, maxBytes: number): Promise<string> {
  const tooLarge = new ApiFailure(413, `request body is larger than ${maxBytes / 1024 / 1024} MiB`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.length;
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  } catch {
    throw new ApiFailure(400, 'request body was cut short'); // the sender has left; nobody reads this
  }
  if (size > maxBytes) throw tooLarge;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new ApiFailure(400, 'request body is not valid UTF-8');
  }
}

function parseJson(text: string, schema: RequestSchema): Record<string, unknown> {
  if (text.trim() === '') throw new ApiFailure(400, 'EOF');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiFailure(400, 'request body is not valid JSON');
  }
  if (Array.isArray(value) && Object.hasOwn(schema.shape, LIST_FIELD)) return { [LIST_FIELD]: value };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ApiFailure(400, 'request body must be a JSON object');
  }
  return { ...value };
}

function foldKeys(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const present = Object.entries(fields).filter(([, value]) => value !== null);
  return Object.fromEntries(present.map(([key, value]) => [key.toLowerCase(), value]));
}

/** Texts as the numbers and switches that the schema wants. */
function fromText(schema: RequestSchema, params: URLSearchParams): Record<string, unknown> {
  const fields = foldKeys(Object.fromEntries(params));
  return Object.fromEntries(
    Object.entries(fields).map(([key, text]) => [key, typed(fieldOf(schema, key), text)]),
  );
}

/** Undefined for what is no field, names that every object has among that. */
function fieldOf({ shape }: RequestSchema, key: string): z.core.$ZodType | undefined {
  return Object.hasOwn(shape, key) ? shape[key] : undefined;
}

function typed(field: z.core.$ZodType | undefined, text: unknown): unknown {
  if (field === undefined || typeof text !== 'string' || z.safeParse(field, text).success) return text;
  if (/^(?:true|1)$/i.test(text) && z.safeParse(field, true).success) return true;
  if (/^(?:false|0|)$/i.test(text) && z.safeParse(field, false).success) return false;
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

function parse<S extends RequestSchema>(schema: S, fields: Record<string, unknown>): z.output<S> {
  const result = schema.safeParse(fields);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const named = issue?.path.length ? `${issue.path.join('.')}: ` : '';
  const own = issue?.message.startsWith('Key: ') ?? false;
  throw new ApiFailure(400, own ? (issue?.message ?? '') : `${named}${issue?.message ?? 'invalid request'}`);
}

/** A text that must be there and not be empty. @param key as the reference names it: `Storage.MountPath` */
export function required(key: string): z.ZodString {
  const field = key.slice(key.lastIndexOf('.') + 1);
  const missing = `Key: '${key}' Error:Field validation for '${field}' failed on the 'required' tag`;
  return z
    .string({ error: (issue) => (issue.input === undefined ? missing : 'must be a text') })
    .min(1, { error: missing });
}
