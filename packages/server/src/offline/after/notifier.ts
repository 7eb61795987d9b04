import type { HttpClient } from '../../core/http-client.ts';
import type { Clock } from '../../core/runtime.ts';
import { StorageError } from '../../core/errors.ts';

const TRIES = 3;
const FIRST_WAIT_MS = 2_000;
const TIMEOUT_MS = 15_000;

/** Tells an address of something. */
export interface Notifier {
  /**
   * Posts `body` as JSON. Redirects are not followed. Tried three times.
   * @returns why it did not get there, in words without the address, whose query may be a secret; undefined when it did
   * @throws AbortError
   */
  tell(url: string, body: object, signal: AbortSignal): Promise<string | undefined>;
}

/** @param client must reach the public internet only, since users give the addresses */
export function createNotifier(client: HttpClient, clock: Clock): Notifier {
  return {
    async tell(url, body, signal) {
      for (let tries = 1, wait = FIRST_WAIT_MS; ; tries += 1, wait *= 4) {
        const trouble = await post(client, { url, body: JSON.stringify(body) }, signal);
        if (trouble === undefined || trouble.final || tries === TRIES) return trouble?.words;
        await clock.sleep(wait, signal);
      }
    },
  };
}

async function post(
  client: HttpClient,
  { url, body }: { readonly url: string; readonly body: string },
  signal: AbortSignal,
): Promise<{ readonly words: string; readonly final: boolean } | undefined> {
  const headers = { 'Content-Type': 'application/json', 'User-Agent': 'Sluice' };
  try {
    const answer = await client.request({
      method: 'POST',
      url,
      headers,
      body,
      signal,
      headTimeoutMs: TIMEOUT_MS,
    });
    answer.body.destroy();
    const { status } = answer;
    if (status >= 200 && status < 300) return undefined;
    return { words: `its server answers with status ${status}`, final: status < 500 && status !== 429 };
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    return { words: error.message, final: error.retry === 'never' };
  }
}
