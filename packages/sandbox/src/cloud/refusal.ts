/** An answer that says no. Thrown by handlers, turned into a response by the cloud. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, body: object) {
    super(`HTTP ${status}: ${JSON.stringify(body)}`);
    this.name = 'Refusal';
    this.status = status;
    this.body = body;
  }
}

/** What an error says, apart from the envelope of its service. */
export interface Complaint {
  readonly status?: number;
  readonly error: string;
  readonly code: number;
  readonly text: string;
  /** Goes into a `DebugInfo` (drive) or replaces the `ErrorInfo` reason (account). */
  readonly detail?: string;
  /** Human text of a `LocalizedMessage`. */
  readonly message?: string;
}

const RPC = 'type.googleapis.com/google.rpc';

/** The drive service's envelope (protocol reference §2.6). Status 400 unless said. */
export function driveRefusal(c: Complaint): Refusal {
  const details: object[] = [];
  if (c.detail !== undefined)
    details.push({ '@type': `${RPC}.DebugInfo`, stack_entries: [], detail: c.detail });
  if (c.message !== undefined)
    details.push({ '@type': `${RPC}.LocalizedMessage`, locale: 'en', message: c.message });
  return new Refusal(c.status ?? 400, {
    error: c.error,
    error_code: c.code,
    error_url: '',
    error_description: c.text,
    error_details: details,
  });
}

/** The account service's envelope (§2.6): no `error_url`, and `details` instead of `error_details`. */
export function accountRefusal(c: Complaint): Refusal {
  const details: object[] = [];
  if (c.message !== undefined) {
    details.push({ '@type': `${RPC}.ErrorInfo`, reason: c.detail ?? c.text, domain: '', metadata: {} });
    details.push({ '@type': `${RPC}.LocalizedMessage`, locale: 'en', message: c.message });
  }
  return new Refusal(c.status ?? 400, {
    error: c.error,
    error_code: c.code,
    error_description: c.text,
    details,
  });
}

/** The envelope without an `error` member that a missing header or parameter gets (§1.7, field observation). */
export function missing(name: 'device_id' | 'captcha_token'): Refusal {
  return new Refusal(400, { detail: `${name} is empty` });
}

/** A malformed request to the drive service (§2.7). */
export function invalidArgument(text: string): Refusal {
  return driveRefusal({ error: 'invalid_argument', code: 3, text });
}

/** No such file or task (§2.7). */
export function fileNotFound(): Refusal {
  return driveRefusal({ status: 404, error: 'file_not_found', code: 5, text: 'File not found' });
}

/** No such path, method or host (rule T3). Which of the two names of §2.7 the service uses here is a guess. */
export function pathNotFound(): Refusal {
  return driveRefusal({ status: 404, error: 'not_found', code: 5, text: 'Not Found' });
}
