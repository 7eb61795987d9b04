import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/errors.ts';

/** Whether the gateway answered last time. */
export interface Connection {
  readonly isUp: () => boolean;
  /** Called by whoever saw the gateway answer, or not. */
  readonly report: (up: boolean) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function createConnection(): Connection {
  let up = true;
  const listeners = new Set<() => void>();
  return {
    isUp: () => up,
    report(next) {
      if (next === up) return;
      up = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * The cache of what the gateway said. Whether the internet is there doesn't matter to it: the gateway may be on this machine.
 * Only a gateway that didn't answer is asked again by itself; its refusals are for a person to act on.
 */
export function createQueryClient(connection: Connection): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onSuccess: () => connection.report(true),
      onError: (error) => connection.report(!isUnreachable(error)),
    }),
    defaultOptions: {
      queries: {
        networkMode: 'always',
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (count, error) => isUnreachable(error) && count < 1,
        retryDelay: 500,
      },
    },
  });
}

function isUnreachable(error: unknown): boolean {
  return error instanceof ApiError && error.kind === 'unreachable';
}
