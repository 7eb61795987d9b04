import type { HttpClient, HttpResponse } from '../../../core/http-client.ts';
import { StorageError } from '../../../core/errors.ts';
import type { CheckedBytes } from './checked-bytes.ts';
import { ossAuthorization, ossQuery } from './oss-sign.ts';
import type { Ticket } from './ticket.ts';

const OCTETS = 'application/octet-stream';
const MAX_ANSWER_BYTES = 1024 * 1024;
const STALL_MS = 30_000;
const HEAD_MS = 60_000;
/** A slower line is taken for a dead one: bytes per millisecond. */
const LEAST_SPEED = 16;

/**
 * The store takes no more under this ticket: its credentials are over, or it has forgotten the upload (protocol reference §4.7). Never
 * leaves this driver.
 */
export class TicketOver extends Error {
  override readonly name = 'TicketOver';
  /** The store's own name for it; '' when there is none. */
  readonly code: string;

  constructor(code: string) {
    super(`the object store answered ${code}`);
    this.code = code;
  }
}

interface StoreCall {
  readonly method: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: string | CheckedBytes;
  /** Bytes of a streamed body. */
  readonly length?: number;
}

/** What the store works with. */
export interface StoreOptions {
  readonly http: HttpClient;
  /** The store's time in ms since the epoch. */
  now(): number;
}

/**
 * One object of the store that takes uploads' bytes (protocol reference §4.6, §4.7). Always over HTTPS.
 * Every call throws TicketOver, StorageError (`later` for what may pass), or an AbortError.
 */
export class ObjectStore {
  readonly #ticket: Ticket;
  readonly #options: StoreOptions;

  constructor(ticket: Ticket, options: StoreOptions) {
    this.#ticket = ticket;
    this.#options = options;
  }

  async put(bytes: CheckedBytes, length: number, signal: AbortSignal): Promise<void> {
    await this.#send({ method: 'PUT', query: {}, body: bytes, length }, signal);
  }

  /** The id of a new multipart upload. */
  async initiate(signal: AbortSignal): Promise<string> {
    const { text } = await this.#send({ method: 'POST', query: { uploads: '' } }, signal);
    const id = /<UploadId>\s*([\w.~-]+)\s*<\/UploadId>/.exec(text)?.[1];
    if (id !== undefined) return id;
    throw new StorageError('protocol', "The object store's answer can't be read.", { retry: 'later' });
  }

  /** The part's ETag as it came. */
  async putPart(
    part: { readonly uploadId: string; readonly number: number; readonly length: number },
    bytes: CheckedBytes,
    signal: AbortSignal,
  ): Promise<string> {
    const query = { partNumber: String(part.number), uploadId: part.uploadId };
    const call = { method: 'PUT', query, body: bytes, length: part.length };
    const { etag } = await this.#send(call, signal);
    if (etag !== '') return etag;
    throw new StorageError('protocol', 'The object store gives no receipt for a part.', { retry: 'later' });
  }

  /** Makes an object of the parts. Whether it worked, the drive tells: the answer can be PikPak's own instead of the store's. */
  async complete(uploadId: string, etags: readonly string[], signal: AbortSignal): Promise<void> {
    const parts = etags.map(
      (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${xmlText(etag)}</ETag></Part>`,
    );
    const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
    await this.#send({ method: 'POST', query: { uploadId }, body }, signal);
  }

  /** The receipts of the parts that have come, by their numbers. */
  async parts(uploadId: string, signal: AbortSignal): Promise<ReadonlyMap<number, string>> {
    const { text } = await this.#send({ method: 'GET', query: { uploadId } }, signal);
    const parts = [...text.matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => part);
    return new Map(
      parts.map((part) => {
        const number = Number(/<PartNumber>\s*(\d+)/.exec(part)?.[1]);
        return [number, /<ETag>\s*(.*?)\s*<\/ETag>/s.exec(part)?.[1]?.replaceAll('&quot;', '"') ?? ''];
      }),
    );
  }

  async abort(uploadId: string, signal: AbortSignal): Promise<void> {
    await this.#send({ method: 'DELETE', query: { uploadId } }, signal);
  }

  async #send(
    { method, query, body, length = 0 }: StoreCall,
    signal: AbortSignal,
  ): Promise<{ readonly text: string; readonly etag: string }> {
    const over = new AbortController();
    const streamed = typeof body === 'object' ? body.body : undefined;
    try {
      const response = await this.#options.http.request({
        method,
        url: `https://${this.#ticket.host}/${pathOf(this.#ticket.key)}${ossQuery(query)}`,
        headers: {
          ...this.#headers(method, query),
          ...(streamed === undefined ? {} : { 'Content-Length': String(length) }),
        },
        body: streamed ?? (typeof body === 'string' ? body : ''),
        signal: AbortSignal.any([signal, over.signal]),
        headTimeoutMs: HEAD_MS + length / LEAST_SPEED,
        stallMs: STALL_MS,
      });
      const text = await textOf(response);
      if (response.status >= 200 && response.status < 300) {
        return { text, etag: response.headers['etag'] ?? '' };
      }
      throw refusal(response.status, /<Code>\s*(\w+)\s*<\/Code>/.exec(text)?.[1] ?? '');
    } finally {
      // An answer before the body's end: what is left of it is not sent.
      if (streamed !== undefined && !streamed.readableEnded) over.abort();
      streamed?.destroy();
    }
  }

  #headers(method: string, query: Readonly<Record<string, string>>): Record<string, string> {
    const contentType = method === 'PUT' || method === 'POST' ? OCTETS : '';
    const date = new Date(this.#options.now()).toUTCString();
    return {
      Date: date,
      ...(contentType === '' ? {} : { 'Content-Type': contentType }),
      'X-OSS-Security-Token': this.#ticket.securityToken,
      Authorization: ossAuthorization(this.#ticket, { method, contentType, date, query }),
    };
  }
}

function refusal(status: number, code: string): Error {
  if (status === 403 || code === 'NoSuchUpload') return new TicketOver(code || String(status));
  const passes = status >= 500 || status === 408 || status === 429;
  return new StorageError(passes ? 'unavailable' : 'protocol', "PikPak's store refuses the file's bytes.", {
    ...(passes ? { retry: 'later' } : {}),
    detail: { vendorCode: code || String(status), remedy: 'Upload the file again in a while.' },
  });
}

function pathOf(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}

function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The answer as text, of which only the beginning matters. */
async function textOf({ body }: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream: AsyncIterable<Uint8Array> = body;
  try {
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'AbortError') throw cause;
    throw new StorageError('unavailable', "The object store's answer broke off.", { retry: 'later', cause });
  }
  return Buffer.concat(chunks).toString();
}
