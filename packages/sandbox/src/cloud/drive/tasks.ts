import { driveRefusal, invalidArgument } from '../refusal.ts';
import { asRecord, parseJson } from '../request.ts';
import type { Call } from '../router.ts';

const POLL_SECONDS = 10;

/** `GET /drive/v1/tasks` (protocol reference §5.2). Nothing that the reading side offers starts a task, so the list is empty. */
export function listTasks(call: Call): object {
  checkTaskFilters(call.request.query.get('filters') ?? '');
  return { tasks: [], next_page_token: '', expires_in: POLL_SECONDS, expires_in_ms: POLL_SECONDS * 1000 };
}

/** `GET /drive/v1/tasks/{id}` (§3.9): no such task. */
export function getTask(): never {
  throw driveRefusal({ status: 404, error: 'not_found', code: 5, text: 'Task not found' });
}

/** `GET /drive/v1/events` (§3.12): nothing was added or played. */
export function listEvents(): object {
  return { events: [], next_page_token: '' };
}

/** A filter on phases takes one text with commas between, as for files (§5.2). */
function checkTaskFilters(text: string): void {
  if (text === '') return;
  const terms = asRecord(parseJson(text));
  if (terms === undefined) throw invalidArgument('filters is not a JSON object');
  for (const [field, term] of Object.entries(terms))
    for (const [operator, operand] of Object.entries(asRecord(term) ?? {}))
      if (typeof operand !== 'string') throw invalidArgument(`filters.${field}.${operator} is not a string`);
}
