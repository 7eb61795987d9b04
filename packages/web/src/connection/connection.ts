import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/errors.ts';

/** Whether the gateway answered last time. */
export interface Connection {
  readonly isUp: () => boolean;
  /** Called after every request: whether there was an answer. */
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
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (count, error) => error instanceof ApiError && error.kind === 'unreachable' && count < 1,
        retryDelay: 500,
      },
    },
  });
}
