import { readRecord, readText } from './read.ts';

/** Why something doesn't work, as the gateway tells it: in English words, and by a name with what words of one's own need. */
export interface ReasonTold {
  /** '' where all is well, as the others. */
  readonly reason: string;
  readonly remedy: string;
  readonly code: string;
  readonly params: ReadonlyMap<string, string>;
}

/** @param text which member holds the English reason */
export function readReason(value: unknown, text: 'reason' | 'message'): ReasonTold {
  const wire = readRecord(value);
  const params = Object.entries(readRecord(wire['reason_params'])).flatMap(([name, param]) =>
    typeof param === 'string' || typeof param === 'number' ? [[name, String(param)] as const] : [],
  );
  return {
    reason: readText(wire[text]),
    remedy: readText(wire['remedy']),
    code: readText(wire['reason_code']),
    params: new Map(params),
  };
}
