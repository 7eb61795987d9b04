import { isAbort, StorageError } from '../core/errors.ts';
import type { HttpClient } from '../core/http-client.ts';

/** How many requests have left for clouds, by HTTP status or by why there was none. */
export type UpstreamTally = Map<string, number>;

/** The same way out, with every request counted when its head has come or it has failed. */
export function tallied(client: HttpClient, tally: UpstreamTally): HttpClient {
  const count = (outcome: string): void => void tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  return {
    async request(request) {
      try {
        const response = await client.request(request);
        count(String(response.status));
        return response;
      } catch (error) {
        count(reasonOf(error));
        throw error;
      }
    },
  };
}

function reasonOf(error: unknown): string {
  if (isAbort(error)) return 'aborted';
  return error instanceof StorageError ? error.code : 'failed';
}
