import { createHash, randomBytes } from 'node:crypto';
import type { CloudResponse } from '../../types.ts';
import { deliver, type DeliverDeps } from '../upload/finish-upload.ts';
import type { SpooledFile } from '../upload/spool.ts';
import { BUCKET, type Parts, type Upload, type Uploads } from '../upload/uploads.ts';
import type { AuthorizedRequest } from './authorize.ts';
import { readText } from './checked-body.ts';
import { completedFiles } from './completion.ts';
import { StoreRefusal } from './store-errors.ts';
import { element, parent, xmlDocument } from './xml.ts';

/** What the store's operations work with. */
export interface StoreDeps extends DeliverDeps {
  readonly uploads: Uploads;
}

const MAX_PARTS = 10_000;
const MAX_LISTED = 1000;
const MAX_SMALL_BODY = 64 * 1024;
/** Room for 10 000 parts. */
const MAX_COMPLETION = 4 * 1024 * 1024;

/** `PUT /<key>`: the whole content at once (protocol reference §4.7). */
export async function putObject(
  deps: StoreDeps,
  { upload, body }: AuthorizedRequest,
): Promise<CloudResponse> {
  const file = await deps.spool.write(body);
  if (!isOpen(deps, upload)) {
    deps.spool.discard([file]);
    throw gone(upload.key);
  }
  await deliver(deps, upload, [file]);
  return { status: 200, headers: { etag: etag(file.md5) }, body: '' };
}

/** `POST /<key>?uploads`. */
export async function initiate({ upload, body }: AuthorizedRequest): Promise<CloudResponse> {
  await readText(body, MAX_SMALL_BODY);
  const uploadId = randomBytes(16).toString('hex').toUpperCase();
  upload.multiparts.set(uploadId, new Map());
  return xmlResponse(
    xmlDocument('InitiateMultipartUploadResult', [...objectElements(upload), element('UploadId', uploadId)]),
  );
}

/** `PUT /<key>?partNumber=…&uploadId=…`. A part may be put again: the last one counts. */
export async function putPart(deps: StoreDeps, request: AuthorizedRequest): Promise<CloudResponse> {
  const { upload, query, body } = request;
  const number = Number(query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS)
    throw new StoreRefusal('InvalidArgument', `partNumber must be from 1 to ${MAX_PARTS}.`);
  requireParts(request);
  const file = await deps.spool.write(body);
  const parts = isOpen(deps, upload) ? upload.multiparts.get(uploadIdOf(request)) : undefined;
  if (parts === undefined) {
    deps.spool.discard([file]);
    throw gone(uploadIdOf(request));
  }
  const former = parts.get(number);
  if (former !== undefined) deps.spool.discard([former]);
  parts.set(number, { ...file, storedAt: deps.now() });
  return { status: 200, headers: { etag: etag(file.md5) }, body: '' };
}

/** `GET /<key>?uploadId=…`, by pages of at most 1000. */
export async function listParts(request: AuthorizedRequest): Promise<CloudResponse> {
  const { upload, query, body } = request;
  await readText(body, MAX_SMALL_BODY);
  const after = wholeNumber(query.get('part-number-marker'), 0);
  const limit = Math.min(wholeNumber(query.get('max-parts'), MAX_LISTED), MAX_LISTED);
  const parts = [...requireParts(request)].sort(([a], [b]) => a - b).filter(([number]) => number > after);
  const page = parts.slice(0, limit);
  return xmlResponse(
    xmlDocument('ListPartsResult', [
      ...objectElements(upload),
      element('UploadId', uploadIdOf(request)),
      element('PartNumberMarker', String(after)),
      element('NextPartNumberMarker', String(page.at(-1)?.[0] ?? after)),
      element('MaxParts', String(limit)),
      element('IsTruncated', String(page.length < parts.length)),
      ...page.map(([number, { md5, size, storedAt }]) =>
        parent('Part', [
          element('PartNumber', String(number)),
          element('LastModified', new Date(storedAt).toISOString()),
          element('ETag', etag(md5)),
          element('Size', String(size)),
        ]),
      ),
    ]),
  );
}

/** `POST /<key>?uploadId=…`: joins the parts (rules U7, U8). A second one finds nothing (rule U10). */
export async function complete(deps: StoreDeps, request: AuthorizedRequest): Promise<CloudResponse> {
  const { upload } = request;
  const xml = await readText(request.body, MAX_COMPLETION);
  const parts = requireParts(request);
  const files = completedFiles(xml, parts, deps.rules.minPartBytes);
  upload.multiparts.delete(uploadIdOf(request));
  const unused = new Set<SpooledFile>(parts.values());
  for (const file of files) unused.delete(file);
  deps.spool.discard(unused);
  await deliver(deps, upload, files);
  if (deps.rules.completeAnswer === 'json') return callbackAnswer(upload);
  const digests = Buffer.concat(files.map((file) => Buffer.from(file.md5, 'hex')));
  const joined = createHash('md5').update(digests).digest('hex');
  return xmlResponse(
    xmlDocument('CompleteMultipartUploadResult', [
      element('Location', `/${BUCKET}/${upload.key}`),
      ...objectElements(upload),
      element('ETag', `"${joined.toUpperCase()}-${files.length}"`),
    ]),
  );
}

/** `DELETE /<key>?uploadId=…`. */
export async function abort(deps: StoreDeps, request: AuthorizedRequest): Promise<CloudResponse> {
  await readText(request.body, MAX_SMALL_BODY);
  requireParts(request);
  deps.uploads.dropParts(request.upload, uploadIdOf(request));
  return { status: 204, headers: {}, body: '' };
}

/** The platform's answer in place of the store's (§4.7); that it is JSON is a fact (A), its members are a guess. */
function callbackAnswer(upload: Upload): CloudResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ file_id: upload.fileId, task_id: upload.taskId, result: 'ACCEPTED' }),
  };
}

/** Rule U11, for a request that took its time: its credentials may be gone by now. */
function isOpen(deps: StoreDeps, upload: Upload): boolean {
  return deps.uploads.byKeyId(upload.credentials.accessKeyId) === upload;
}

function requireParts(request: AuthorizedRequest): Parts {
  const parts = request.upload.multiparts.get(uploadIdOf(request));
  if (parts === undefined) throw gone(uploadIdOf(request));
  return parts;
}

function gone(what: string): StoreRefusal {
  return new StoreRefusal(
    'NoSuchUpload',
    `There is no upload ${what}: it never was, or was completed or aborted.`,
  );
}

function uploadIdOf({ query }: AuthorizedRequest): string {
  return query.get('uploadId') ?? '';
}

function objectElements(upload: Upload): string[] {
  return [element('Bucket', BUCKET), element('Key', upload.key)];
}

/** MD5 in upper case with quotes, as OSS has it. */
function etag(md5: string): string {
  return `"${md5.toUpperCase()}"`;
}

function wholeNumber(text: string | null, fallback: number): number {
  if (text === null || text === '') return fallback;
  if (!/^\d{1,9}$/.test(text)) throw new StoreRefusal('InvalidArgument', `${text} is not a number.`);
  return Number(text);
}

function xmlResponse(body: string): CloudResponse {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}
