import { createHash } from 'node:crypto';
import type { CloudResponse, StoreRequest } from '../../types.ts';
import { bytesBlob } from '../blobs.ts';
import { LOCAL, mod251, record } from '../cloud-fixture.ts';
import type { DriveClient } from '../drive/changes/drive-client.ts';
import { gcidOf } from '../gcid.ts';
import type { Body } from '../request.ts';
import { awsSignature, parseAwsAuthorization } from './aws-v4.ts';
import { ossSignature } from './oss-v1.ts';

const HOST = 'upload-a10b.mypikpak.com';
const OCTETS = 'application/octet-stream';

type Unsent = Omit<StoreRequest, 'body'>;
type Unsigned = Pick<StoreRequest, 'method' | 'path' | 'query'>;

/** What a test says of a request; the rest is filled in. */
export interface StoreCall {
  readonly method: string;
  readonly query?: string;
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array>;
  readonly host?: string;
  readonly path?: string;
  readonly scheme?: 'oss' | 'aws';
  /** Goes into the signature as well. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Changes headers after signing. */
  readonly tampered?: Readonly<Record<string, string>>;
}

/** A multipart upload whose parts were put. */
export interface BegunUpload {
  readonly id: string;
  readonly etags: readonly string[];
}

/** For tests: one upload of a drive client, from the announcement on. */
export class StoreClient {
  readonly drive: DriveClient;
  readonly fileId: string;
  readonly taskId: string;
  readonly params: Body;

  constructor(drive: DriveClient, answer: Body) {
    this.drive = drive;
    this.fileId = String(record(answer, 'file')['id']);
    this.taskId = String(record(answer, 'task')['id']);
    this.params = record(record(answer, 'resumable'), 'params');
  }

  get key(): string {
    return this.#param('key');
  }

  /** Signs a request and sends it. */
  async send(call: StoreCall): Promise<CloudResponse> {
    return this.drive.cloud.handleObjectStore({ ...this.#sign(call), body: streamOf(call.body ?? '') });
  }

  /** The AWS signature that a request gets, from which the chain of its chunks starts. */
  signatureOf(call: StoreCall): string {
    return this.#sign(call).headers['authorization']?.replace(/^.*Signature=/, '') ?? '';
  }

  #sign(call: StoreCall): Unsent {
    const { method, query = '', host = HOST, path = `/${this.key}` } = call;
    const unsigned = { method, path, query: new URLSearchParams(query) };
    const now = this.drive.fixture.clock.now();
    const own: Record<string, string> = { host, ...call.headers };
    const headers =
      call.scheme === 'aws' ? this.#signAws(unsigned, own, now) : this.#signOss(unsigned, own, now);
    return { ...unsigned, host, headers: { ...headers, ...call.tampered }, caller: LOCAL };
  }

  /** Begins a multipart upload. */
  async initiate(how: Partial<StoreCall> = {}): Promise<string> {
    const { body } = await this.send({ method: 'POST', query: 'uploads', ...how });
    return /<UploadId>(\w+)<\/UploadId>/.exec(String(body))?.[1] ?? '';
  }

  /** Puts a part and returns its ETag. */
  async part(
    uploadId: string,
    number: number,
    body: Uint8Array,
    how: Partial<StoreCall> = {},
  ): Promise<string> {
    const query = `partNumber=${number}&uploadId=${uploadId}`;
    const response = await this.send({ method: 'PUT', query, body, ...how });
    return response.headers['etag'] ?? `HTTP ${response.status}: ${String(response.body)}`;
  }

  /** Puts all parts of a multipart upload. */
  async putParts(parts: readonly Uint8Array[], how: Partial<StoreCall> = {}): Promise<BegunUpload> {
    const id = await this.initiate(how);
    const etags: string[] = [];
    for (const [i, part] of parts.entries()) etags.push(await this.part(id, i + 1, part, how));
    return { id, etags };
  }

  complete(uploadId: string, etags: readonly string[], how: Partial<StoreCall> = {}): Promise<CloudResponse> {
    const body = completionXml(etags.map((etag, i) => [i + 1, etag]));
    return this.send({ method: 'POST', query: `uploadId=${uploadId}`, body, ...how });
  }

  async phase(): Promise<unknown> {
    return (await this.drive.get(this.fileId)).body['phase'];
  }

  async task(): Promise<Body> {
    return (await this.drive.request('GET', `/drive/v1/tasks/${this.taskId}`)).body;
  }

  /** The file's bytes by its download link. */
  async download(): Promise<Buffer> {
    const url = new URL(String((await this.drive.get(this.fileId)).body['web_content_link']));
    const decision = this.drive.cloud.authorizeDownload(url.pathname, url.searchParams, LOCAL);
    if (!decision.ok) throw new Error(`the CDN answers ${decision.status}`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of decision.blob.slice(0, decision.blob.size)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  #param(name: string): string {
    return String(this.params[name]);
  }

  #signOss(request: Unsigned, own: Record<string, string>, now: number) {
    const headers: Record<string, string> = {
      ...(request.method === 'PUT' || request.method === 'POST' ? { 'content-type': OCTETS } : {}),
      date: new Date(now).toUTCString(),
      'x-oss-security-token': this.#param('security_token'),
      ...own,
    };
    const address = { bucket: this.#param('bucket'), key: this.key };
    const signature = ossSignature({ ...request, headers }, address, this.#param('access_key_secret'));
    return { ...headers, authorization: `OSS ${this.#param('access_key_id')}:${signature}` };
  }

  #signAws(request: Unsigned, own: Record<string, string>, now: number) {
    const date = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const headers: Record<string, string> = {
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
      'x-amz-date': date,
      'x-amz-security-token': this.#param('security_token'),
      ...own,
    };
    const signed = Object.keys(headers)
      .filter((name) => name === 'host' || name.startsWith('x-amz-'))
      .sort();
    const scope = `${date.slice(0, 8)}/pikpak/s3/aws4_request`;
    const prefix = `AWS4-HMAC-SHA256 Credential=${this.#param('access_key_id')}/${scope}, SignedHeaders=${signed.join(';')}`;
    const how = parseAwsAuthorization(`${prefix}, Signature=none`);
    if (how === undefined) throw new Error('the test signs wrongly');
    const signature = awsSignature({ ...request, headers }, how, this.#param('access_key_secret'));
    return { ...headers, authorization: `${prefix}, Signature=${signature}` };
  }
}

/** Announces an upload of `bytes`, or of other things said of them. */
export async function startUpload(
  drive: DriveClient,
  bytes: Uint8Array,
  members: Readonly<Record<string, unknown>> = {},
): Promise<StoreClient> {
  const { body } = await drive.request('POST', '/drive/v1/files', {
    kind: 'drive#file',
    name: 'upload.bin',
    size: bytes.length,
    hash: await gcidOf(bytesBlob(bytes, OCTETS)),
    upload_type: 'UPLOAD_TYPE_RESUMABLE',
    ...members,
  });
  return new StoreClient(drive, body);
}

/** Byte i is i mod 251. */
export async function pattern(size: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of mod251(size).slice(0, size)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function completionXml(parts: readonly (readonly [number, string])[]): string {
  const elements = parts.map(
    ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload>${elements.join('')}</CompleteMultipartUpload>`;
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Status and code of an XML error. */
export function refusal({ status, body }: CloudResponse): readonly [number, string] {
  return [
    status,
    /<Error><Code>(\w+)<\/Code><Message>[^<]+<\/Message><\/Error>$/.exec(String(body))?.[1] ?? '',
  ];
}

async function* streamOf(body: Uint8Array | string | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (typeof body === 'string') yield Buffer.from(body);
  else if (body instanceof Uint8Array)
    for (let at = 0; at < body.length; at += 65_536) yield body.subarray(at, at + 65_536);
  else yield* body;
}
