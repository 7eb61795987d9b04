import type { FaultRule } from '../cloud/index.ts';

const RENAMED: Readonly<Record<string, string>> = { retryAfterSeconds: 'retry_after' };

/** A fault as `parseFault` reads it, so that what was listed can be sent again. */
export function faultToJson(rule: FaultRule): Readonly<Record<string, unknown>> {
  const members = Object.entries(rule).map(([name, value]) => [RENAMED[name] ?? snakeCase(name), value]);
  return {
    ...Object.fromEntries(members),
    times: rule.times === Number.POSITIVE_INFINITY ? 'forever' : rule.times,
  };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
