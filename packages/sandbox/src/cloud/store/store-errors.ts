import type { CloudResponse } from '../../types.ts';
import { element, xmlDocument } from './xml.ts';

/** Codes of protocol reference §4.7; those below the line are the stores' standard ones. */
export type StoreErrorCode =
  | 'AccessDenied'
  | 'SignatureDoesNotMatch'
  | 'InvalidAccessKeyId'
  | 'SecurityTokenExpired'
  | 'NoSuchUpload'
  | 'InvalidPart'
  | 'EntityTooSmall'
  | 'RequestTimeTooSkewed'
  // ---
  | 'BadDigest'
  | 'IncompleteBody'
  | 'InternalError'
  | 'InvalidArgument'
  | 'InvalidDigest'
  | 'InvalidPartOrder'
  | 'MalformedXML'
  | 'MethodNotAllowed'
  | 'NoSuchBucket'
  | 'NotImplemented'
  | 'XAmzContentSHA256Mismatch';

const STATUS: Readonly<Record<StoreErrorCode, number>> = {
  AccessDenied: 403,
  SignatureDoesNotMatch: 403,
  InvalidAccessKeyId: 403,
  SecurityTokenExpired: 403,
  NoSuchUpload: 404,
  InvalidPart: 400,
  EntityTooSmall: 400,
  RequestTimeTooSkewed: 403,
  BadDigest: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidArgument: 400,
  InvalidDigest: 400,
  InvalidPartOrder: 400,
  MalformedXML: 400,
  MethodNotAllowed: 405,
  NoSuchBucket: 404,
  NotImplemented: 501,
  XAmzContentSHA256Mismatch: 400,
};

/** A request that the object store refuses. */
export class StoreRefusal extends Error {
  override readonly name = 'StoreRefusal';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The refusal as XML (§4.7). */
export function refusalResponse(refusal: StoreRefusal): CloudResponse {
  return errorResponse(STATUS[refusal.code], refusal.code, refusal.message);
}

/** Any error as XML. */
export function errorResponse(status: number, code: string, message: string): CloudResponse {
  const body = xmlDocument('Error', [element('Code', code), element('Message', message)]);
  return { status, headers: { 'content-type': 'application/xml' }, body };
}
