import type { StoreRequest } from '../../types.ts';
import type { Drive } from '../drive/drive.ts';
import type { CloudRules } from '../rules.ts';
import { sameSecret } from '../secret-compare.ts';
import type { Upload, Uploads } from '../upload/uploads.ts';
import { decodeSignedChunks } from './aws-chunked.ts';
import {
  type AwsAuthorization,
  awsSignature,
  awsTime,
  parseAwsAuthorization,
  unsignedHeaders,
} from './aws-v4.ts';
import { type BodyClaims, checkedBody } from './checked-body.ts';
import { ossSignature, ossTime, parseOssAuthorization } from './oss-v1.ts';
import { StoreRefusal } from './store-errors.ts';
import { type StoreAddress, storeAddress } from './store-host.ts';

/** What a request is judged by. */
export interface AuthorizeDeps {
  readonly now: () => number;
  /** The machine's own time, which clients sign with even when the sandbox's clock was advanced. */
  readonly machineNow: () => number;
  readonly rules: Pick<CloudRules, 'storeToleranceMs'>;
  readonly uploads: Uploads;
  readonly uploadEndpoint?: string;
  /** Brings a drive up to the present, so that deleted files have no credentials any more (rule U11). */
  settle(drive: Drive): void;
}

/** A request that may go on. */
export interface AuthorizedRequest {
  readonly upload: Upload;
  readonly method: string;
  readonly query: URLSearchParams;
  /** Decoded and checked: it fails at its end when it was not what was signed or announced. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** One signing scheme's reading of a request. */
interface Claim {
  readonly accessKeyId: string;
  readonly signature: string;
  readonly time: number;
  readonly token: string;
  expected(secret: string): string;
  body(secret: string): AsyncIterable<Uint8Array>;
}

/**
 * Verifies address, credentials, date and signature of a request (protocol reference §4.6, rules U6, U11). The order of the checks is a
 * guess.
 *
 * @throws StoreRefusal
 */
export function authorize(deps: AuthorizeDeps, request: StoreRequest): AuthorizedRequest {
  const address = storeAddress(request.host, request.path, deps.uploadEndpoint);
  if (address === undefined) throw new StoreRefusal('NoSuchBucket', 'The bucket does not exist.');
  const claim = claimOf(request, address);
  const upload = presentUpload(deps, claim.accessKeyId);
  const { accessKeySecret, securityToken } = upload.credentials;
  if (deps.now() >= upload.expiresAt)
    throw new StoreRefusal('SecurityTokenExpired', 'The security token has expired.');
  if (!sameSecret(claim.token, securityToken))
    throw new StoreRefusal('AccessDenied', 'The security token is missing or wrong.');
  if (!isClose(deps, claim.time))
    throw new StoreRefusal('RequestTimeTooSkewed', 'The request is too far from the current time.');
  if (!sameSecret(claim.expected(accessKeySecret), claim.signature))
    throw new StoreRefusal('SignatureDoesNotMatch', 'The signature does not match the request.');
  if (address.key !== upload.key)
    throw new StoreRefusal('AccessDenied', 'These credentials are for another key.');
  return { upload, method: request.method, query: request.query, body: claim.body(accessKeySecret) };
}

function presentUpload(deps: AuthorizeDeps, accessKeyId: string): Upload {
  const known = deps.uploads.byKeyId(accessKeyId);
  if (known !== undefined) deps.settle(known.drive);
  const upload = deps.uploads.byKeyId(accessKeyId);
  if (upload === undefined) throw new StoreRefusal('InvalidAccessKeyId', 'The access key id is not known.');
  return upload;
}

function isClose(deps: AuthorizeDeps, time: number): boolean {
  return [deps.now(), deps.machineNow()].some((now) => Math.abs(now - time) <= deps.rules.storeToleranceMs);
}

function claimOf(request: StoreRequest, address: StoreAddress): Claim {
  const header = request.headers['authorization'] ?? '';
  const oss = parseOssAuthorization(header);
  if (oss !== undefined)
    return {
      ...oss,
      time: ossTime(request.headers),
      token: request.headers['x-oss-security-token'] ?? '',
      expected: (secret) => ossSignature(request, address, secret),
      body: () => checkedBody(request.body, plainClaims(request)),
    };
  const aws = parseAwsAuthorization(header);
  if (aws === undefined) throw new StoreRefusal('AccessDenied', 'The request is not signed.');
  return awsClaim(request, aws);
}

function awsClaim(request: StoreRequest, aws: AwsAuthorization): Claim {
  const [unsigned] = unsignedHeaders(request, aws);
  if (unsigned !== undefined) throw new StoreRefusal('AccessDenied', `The header ${unsigned} is not signed.`);
  return {
    accessKeyId: aws.accessKeyId,
    signature: aws.signature,
    time: awsTime(request.headers, aws),
    token: request.headers['x-amz-security-token'] ?? '',
    expected: (secret) => awsSignature(request, aws, secret),
    body: (secret) => awsBody(request, aws, secret),
  };
}

/** By what `x-amz-content-sha256` says of the body; the newer trailers are rejected (§4.6). */
function awsBody(request: StoreRequest, aws: AwsAuthorization, secret: string): AsyncIterable<Uint8Array> {
  const payload = request.headers['x-amz-content-sha256'] ?? '';
  if (payload === 'UNSIGNED-PAYLOAD') return checkedBody(request.body, plainClaims(request));
  if (/^[0-9a-f]{64}$/.test(payload))
    return checkedBody(request.body, { ...plainClaims(request), sha256: payload });
  if (payload !== 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD')
    throw new StoreRefusal('NotImplemented', `The payload ${payload} is not supported.`);
  const date = request.headers['x-amz-date'] ?? '';
  const chunks = decodeSignedChunks(request.body, { date, scope: aws.scope, secret, seed: aws.signature });
  return checkedBody(chunks, lengthClaim(request, 'x-amz-decoded-content-length'));
}

function plainClaims(request: StoreRequest): BodyClaims {
  const md5 = request.headers['content-md5'];
  if (md5 !== undefined && Buffer.from(md5, 'base64').length !== 16)
    throw new StoreRefusal('InvalidDigest', 'Content-MD5 is not an MD5 in base64.');
  return { ...lengthClaim(request, 'content-length'), ...(md5 === undefined ? {} : { md5 }) };
}

function lengthClaim(request: StoreRequest, header: string): BodyClaims {
  const length = request.headers[header];
  return length === undefined ? {} : { length: Number(length) };
}
