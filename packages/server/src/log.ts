import pino from 'pino';
import type { Log } from './core/runtime.ts';
import type { LogLevel } from './config.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Keys whose values are never written, whatever they hold. */
const SECRET =
  /^pass$|pass(?:word|wd|phrase|[-_]?code)|pwd|secret|token|authorization|cookie|credential|sign$|api[-_]?key/i;
const DEPTH = 4;

/**
 * JSON lines. Values under secret-sounding keys are left out, URLs lose their query and their credentials, errors are
 * written with their causes.
 *
 * @param sink where lines go; standard error when absent
 */
export function createLog(level: LogLevel, sink?: { write(line: string): void }): Log {
  const logger = pino({ level, base: null }, sink ?? pino.destination({ fd: 2, sync: true }));
  return {
    debug: (fields, message) => logger.debug(redact(fields), withoutQueries(message)),
    info: (fields, message) => logger.info(redact(fields), withoutQueries(message)),
    warn: (fields, message) => logger.warn(redact(fields), withoutQueries(message)),
    error: (fields, message) => logger.error(redact(fields), withoutQueries(message)),
  };
}

function redact(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, safe(key, value, DEPTH)]));
}

function safe(key: string, value: unknown, depth: number): unknown {
  if (SECRET.test(key)) return '[secret]';
  if (typeof value === 'string') return withoutQueries(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '[deeper]';
  if (value instanceof Error) return errorFields(value, depth);
  if (Array.isArray(value)) return value.map((item) => safe('', item, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, safe(name, inner, depth - 1)]),
  );
}

function errorFields(error: Error, depth: number): Fields {
  const { cause } = error;
  return {
    name: error.name,
    message: withoutQueries(error.message),
    stack: withoutQueries(error.stack ?? ''),
    ...('code' in error ? { code: safe('code', error.code, depth - 1) } : {}),
    ...(cause === undefined ? {} : { cause: safe('cause', cause, depth - 1) }),
  };
}

/** Signed addresses carry their secret in the query, proxies in the authority. */
function withoutQueries(text: string): string {
  return text.replaceAll(
    /\b((?:https?|socks5h?):\/\/)(?:[^\s/@"']*@)?([^\s?#"']*)(?:[?#][^\s"']*)?/gi,
    (_, scheme: string, rest: string) => scheme + rest,
  );
}
