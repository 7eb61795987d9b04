import { StartError } from '../config.ts';
import type { Io } from './io.ts';

/** Where the gateway is unless the environment says otherwise: the one on this machine. */
const DEFAULT_URL = 'http://127.0.0.1:5244';

/** Calls the API of a running gateway, for commands that are its clients. */
export interface ApiClient {
  /** The answer's data. @throws StartError in words for the person at the terminal; AbortError. */
  call(path: string, body: object | undefined, signal: AbortSignal): Promise<unknown>;
}

/** For the help of commands that call the API. */
export const CLIENT_HELP = `
Environment:
  SLUICE_URL       the gateway (default ${DEFAULT_URL})
  SLUICE_TOKEN     a token of a session; or
  SLUICE_USER      who signs in (default admin), with
  SLUICE_PASSWORD  the password`;

/** Signs in as the environment says. @throws StartError for what is missing or refused, and for a gateway that doesn't answer. */
export async function signedInClient(env: Io['env'], signal: AbortSignal): Promise<ApiClient> {
  const base = checkedUrl(env['SLUICE_URL'] || DEFAULT_URL);
  const { SLUICE_TOKEN: token, SLUICE_PASSWORD: password, SLUICE_USER: username = 'admin' } = env;
  if (token) return clientOf(base, token);
  if (!password) {
    throw new StartError(
      'Who are you? Set SLUICE_PASSWORD to the password of admin, or SLUICE_USER and SLUICE_PASSWORD, or SLUICE_TOKEN.',
    );
  }
  const data = await clientOf(base, '').call('/api/auth/login', { username, password }, signal);
  const given = typeof data === 'object' && data !== null && 'token' in data ? data.token : undefined;
  if (typeof given !== 'string') throw new StartError(`${base} is no Sluice: its sign-in gives no token.`);
  return clientOf(base, given);
}

function checkedUrl(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '');
  throw new StartError(`SLUICE_URL must be a web address such as ${DEFAULT_URL}.`);
}

function clientOf(base: string, token: string): ApiClient {
  return {
    async call(path, body, signal) {
      const res = await fetch(base + path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: token },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal,
      }).catch((error: unknown) => {
        if (signal.aborted) throw error;
        throw new StartError(`No Sluice answers at ${base}. Is it running? SLUICE_URL says where it is.`, {
          cause: error,
        });
      });
      return dataOf(await res.json().catch(() => undefined), base);
    },
  };
}

/** The data of an envelope (API reference §1.1). */
function dataOf(answer: unknown, base: string): unknown {
  const isEnvelope = typeof answer === 'object' && answer !== null && 'code' in answer && 'message' in answer;
  if (!isEnvelope) throw new StartError(`${base} is no Sluice: its answer is not what the API gives.`);
  if (answer.code !== 200) throw new StartError(String(answer.message));
  return 'data' in answer ? answer.data : undefined;
}
