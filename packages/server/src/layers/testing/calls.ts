import type { Ctx, Priority } from '../../core/driver.ts';
import type { Entry, EntryPage } from '../../core/entry.ts';

/** A promise that a test settles. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** Calls that wait until the test answers them. */
export interface Upstream<T> {
  readonly call: (args: object, ctx: Ctx) => Promise<T>;
  readonly calls: { readonly args: object; readonly ctx: Ctx; readonly answer: Deferred<T> }[];
}

export function upstream<T>(): Upstream<T> {
  const calls: Upstream<T>['calls'] = [];
  return {
    calls,
    call(args, ctx) {
      const answer = Promise.withResolvers<T>();
      calls.push({ args, ctx, answer });
      return answer.promise;
    },
  };
}

export function ctxOf(signal = new AbortController().signal, priority: Priority = 'browse'): Ctx {
  return { signal, priority };
}

export function fileEntry(id: string, size = 0): Entry {
  return { id, name: id, kind: 'file', size };
}

export function pageOf(...ids: string[]): EntryPage {
  return { entries: ids.map((id) => fileEntry(id)) };
}

/** The error a call ended with; fails when it succeeded. */
export async function errorOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('the call succeeded');
}
