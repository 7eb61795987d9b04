import type { Api } from '../api/client.ts';
import type { FieldProblem } from '../api/errors.ts';
import { type ReasonTold, readReason } from '../api/reasons.ts';
import { readList, readNumber, readRecord, readText } from '../api/read.ts';
import { type DriverForm, type FormValues, requestBody } from './storage-form.ts';

const NAMES = ['settings', 'egress', 'api', 'sign_in', 'region', 'root'] as const;

/** One step of trying a storage, and what came of it. */
export interface TrialStep extends Omit<ReasonTold, 'reason'> {
  /** Undefined for a step that this page has no words for. */
  readonly name: (typeof NAMES)[number] | undefined;
  readonly ok: boolean;
  readonly ms: number;
  readonly message: string;
  readonly problems: readonly FieldProblem[];
}

/** What is tried: the form as it is filled in, and the stored storage that it changes. */
export interface Trial {
  readonly form: DriverForm;
  readonly values: FormValues;
  readonly id: number | undefined;
}

/** Tries a storage without saving it; ends with the first step that fails. @throws ApiError, or an AbortError when called off. */
export async function tryStorage(
  api: Api,
  { form, values, id }: Trial,
  signal: AbortSignal,
): Promise<readonly TrialStep[]> {
  const body = { ...requestBody(form, values), ...(id === undefined ? {} : { id }) };
  const answer = readRecord(await api('/admin/storage/test', { body, signal }));
  return readList(answer['steps']).map(readStep);
}

function readStep(value: unknown): TrialStep {
  const wire = readRecord(value);
  const { reason: message, ...told } = readReason(wire, 'message');
  return {
    name: NAMES.find((name) => name === wire['name']),
    ok: wire['ok'] === true,
    ms: readNumber(wire['ms']),
    message,
    ...told,
    problems: readList(wire['problems']).map((problem) => {
      const { field, message } = readRecord(problem);
      return { field: readText(field), message: readText(message) };
    }),
  };
}
