import { randomUUID } from 'node:crypto';
import type { CloudResponse, StoreRequest } from '../../types.ts';
import { HUNG_UP } from '../api-fault.ts';
import type { Faults, StoreFault } from '../faults.ts';
import { SpoolError } from '../upload/spool.ts';
import { type AuthorizeDeps, type AuthorizedRequest, authorize } from './authorize.ts';
import { abort, complete, initiate, listParts, putObject, putPart, type StoreDeps } from './multipart.ts';
import { errorResponse, refusalResponse, StoreRefusal } from './store-errors.ts';
import { isStoreHost } from './store-host.ts';

/** The object store: bytes of uploads come in here (protocol reference §4.6, §4.7). */
export interface ObjectStore {
  /** Never rejects: whatever goes wrong becomes an answer. */
  answer(request: StoreRequest): Promise<CloudResponse>;
  isHost(host: string): boolean;
}

/** What the store is made of. */
export type ObjectStoreDeps = StoreDeps & AuthorizeDeps & { readonly faults: Faults };

export function createObjectStore(deps: ObjectStoreDeps): ObjectStore {
  return {
    isHost: (host) => isStoreHost(host, deps.uploadEndpoint),
    answer: async (request) => {
      const fault = deps.faults.takeForStore(request.method, targetOf(request));
      const response = fault === undefined ? await serve(deps, request) : await struck(deps, request, fault);
      const common = { date: new Date(deps.now()).toUTCString(), 'x-oss-request-id': randomUUID() };
      return { ...response, headers: { ...common, ...response.headers } };
    },
  };
}

async function serve(deps: ObjectStoreDeps, request: StoreRequest): Promise<CloudResponse> {
  try {
    return await operate(deps, authorize(deps, request));
  } catch (error) {
    if (error instanceof StoreRefusal) return refusalResponse(error);
    const reason = error instanceof Error ? error.message : String(error);
    const message = error instanceof SpoolError ? reason : `The upload broke off: ${reason}`;
    return refusalResponse(new StoreRefusal('InternalError', message));
  }
}

/** Which of the six calls of §4.7 it is. */
function operate(deps: ObjectStoreDeps, request: AuthorizedRequest): Promise<CloudResponse> {
  const { method, query } = request;
  const hasId = query.has('uploadId');
  if (method === 'PUT' && hasId !== query.has('partNumber'))
    throw new StoreRefusal('InvalidArgument', 'partNumber and uploadId belong together.');
  if (method === 'PUT') return hasId ? putPart(deps, request) : putObject(deps, request);
  if (method === 'POST' && query.has('uploads')) return initiate(request);
  if (method === 'POST' && hasId) return complete(deps, request);
  if (method === 'GET' && hasId) return listParts(request);
  if (method === 'DELETE' && hasId) return abort(deps, request);
  throw new StoreRefusal('MethodNotAllowed', 'Objects can only be put here.');
}

/** A scripted fault. A cut in the middle takes some bytes first and stores none of them. */
async function struck(
  deps: ObjectStoreDeps,
  request: StoreRequest,
  fault: StoreFault,
): Promise<CloudResponse> {
  if (fault.kind === 'store_error') return errorResponse(fault.status, fault.code, 'A scripted fault.');
  if (fault.afterBytes === undefined) await serve(deps, request);
  else await drop(request.body, fault.afterBytes);
  return HUNG_UP;
}

/** Reads so many bytes, or fewer when there are no more, and lets the stream go. */
async function drop(body: AsyncIterable<Uint8Array>, count: number): Promise<void> {
  let left = count;
  if (left === 0) return;
  for await (const chunk of body) {
    left -= chunk.length;
    if (left <= 0) return;
  }
}

/** Path and query as faults match them. */
function targetOf({ path, query }: StoreRequest): string {
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}
