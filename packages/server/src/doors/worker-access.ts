import { createHash, timingSafeEqual } from 'node:crypto';
import type { TreePath } from '../core/path.ts';
import type { Clock } from '../core/runtime.ts';
import { createLinkSigner } from '../links/signature.ts';
import type { WorkerToken } from '../settings/worker-token.ts';

/** What the gateway shares with download proxies (API reference §5.4). */
export interface WorkerAccess {
  readonly token: WorkerToken;
  /** A sign that a proxy with the token takes for exactly this full path. */
  sign(fullPath: TreePath): string;
  /** Whether an `Authorization` header is a proxy's, compared in constant time. */
  admits(authorization: string | undefined): boolean;
}

/** @param hours how long signs hold, 0 for ever; asked each time, because it is a setting */
export function createWorkerAccess(token: WorkerToken, clock: Clock, hours: () => number): WorkerAccess {
  const refuse = (problem: string): Error => new Error(problem);
  return {
    token,
    sign: (fullPath) => createLinkSigner({ keys: [token.value], clock, hours, refuse }).sign(fullPath),
    admits: (authorization) =>
      authorization !== undefined && timingSafeEqual(digest(authorization.trim()), digest(token.value)),
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
