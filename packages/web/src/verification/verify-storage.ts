import type { Api } from '../api/client.ts';
import { type MountState, readMountState } from '../api/entries.ts';
import { ApiError } from '../api/errors.ts';
import { isRecord, readList, readRecord, readText } from '../api/read.ts';

/** Why an answer to a check was not taken, as the gateway names it; `other` for what this page doesn't know. */
export type RefusedAnswer = 'no_token' | 'check_page' | 'used_token' | 'refused_token' | 'other';

const REASONS: readonly RefusedAnswer[] = ['no_token', 'check_page', 'used_token', 'refused_token'];

/** What came of an answer. A refusal holds the storage's state: there may be a new check to open. */
export type VerifyOutcome =
  | { readonly kind: 'passed'; readonly state: MountState }
  | {
      readonly kind: 'refused';
      readonly reason: RefusedAnswer;
      readonly message: string;
      readonly state: MountState;
    };

/** Hands in what a human check ended at. @throws ApiError when the gateway or the storage fails otherwise. */
export async function verifyStorage(api: Api, id: number, answer: string): Promise<VerifyOutcome> {
  try {
    const body = { id, captcha_token: answer };
    return { kind: 'passed', state: readMountState(await api('/admin/storage/verify', { body })) };
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): VerifyOutcome {
  if (!(error instanceof ApiError) || !isRecord(error.data)) throw error;
  const [problem] = readList(error.data['problems']).map(readRecord);
  if (problem === undefined) throw error;
  return {
    kind: 'refused',
    reason: REASONS.find((known) => known === problem['reason']) ?? 'other',
    message: readText(problem['message']),
    state: readMountState(error.data['state']),
  };
}
