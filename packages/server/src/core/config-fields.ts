import type { ConfigField, ConfigProblem, ConfigSpec } from './config-spec.ts';

/**
 * What a field's value is after parsing. Text is '' and switches are false where nothing was given and there is no default;
 * a number is then undefined.
 */
export type FieldValue<F extends ConfigField> = F['type'] extends 'bool'
  ? boolean
  : F['type'] extends 'number'
    ? F extends { readonly required: true } | { readonly default: number }
      ? number
      : number | undefined
    : F extends { readonly type: 'select'; readonly options: readonly (infer O)[] }
      ? F extends { readonly required: true } | { readonly default: string }
        ? O
        : O | ''
      : string;

/** Values of all fields, by name. */
export type FieldValues<F extends readonly ConfigField[]> = {
  readonly [Field in F[number] as Field['name']]: FieldValue<Field>;
};

/** Says that a field's value doesn't hold; parsing goes on, so that all problems are shown together. */
export type ReportProblem = (field: string, message: string) => void;

const MAX_STRING = 4096;
const MAX_TEXT = 65_536;

/**
 * The settings of a driver from a list of fields. `build` turns the checked values into the driver's config and reports
 * what is wrong between fields; it runs only when every field holds by itself. Messages never repeat a value, which may be a secret.
 *
 * @example
 * const config = defineConfig(
 *   [{ name: 'size', type: 'number', label: 'Page size', help: 'Entries asked for at once.', default: 100 }],
 *   ({ size }, problem) => {
 *     if (size < 1) problem('size', 'Page size must be at least 1.');
 *     return { pageSize: size };
 *   },
 * );
 *
 * @throws Error when the list itself is wrong: a name twice, or a default that is not of the field's type.
 */
export function defineConfig<const F extends readonly ConfigField[], C>(
  fields: F,
  build: (values: FieldValues<F>, problem: ReportProblem) => C,
): ConfigSpec<C> {
  checkFields(fields);
  return {
    fields,
    parse(values) {
      const problems: ConfigProblem[] = [];
      const problem: ReportProblem = (field, message) => void problems.push({ field, message });
      const parsed = fields.map((field) => {
        const given = Object.hasOwn(values, field.name) ? values[field.name] : undefined;
        return [field.name, parseField(field, given, problem)] as const;
      });
      if (problems.length > 0) return { problems };
      // `parseField` answers by `field.type` just as `FieldValue` does; the compiler can't follow that through a loop.
      const config = build(Object.fromEntries(parsed) as FieldValues<F>, problem);
      return problems.length > 0 ? { problems } : { ok: config };
    },
  };
}

function checkFields(fields: readonly ConfigField[]): void {
  const names = new Set(fields.map((field) => field.name));
  if (names.size !== fields.length) throw new Error('two config fields have the same name');
  for (const field of fields) {
    if (field.type === 'select' && !field.options?.length) {
      throw new Error(`config field ${field.name} has no options`);
    }
    parseField(field, field.default, (_, message) => {
      if (field.default !== undefined) throw new Error(`default of config field ${field.name}: ${message}`);
    });
  }
}

function parseField(field: ConfigField, given: unknown, problem: ReportProblem): unknown {
  const value = isBlank(given) ? field.default : given;
  const fail = (message: string): undefined => {
    problem(field.name, `${field.label} ${message}`);
  };
  if (value === undefined) {
    if (field.required === true) return fail('is required.');
    return emptyValue(field);
  }
  switch (field.type) {
    case 'bool':
      return parseBool(value) ?? fail('must be on or off.');
    case 'number':
      return parseNumber(value) ?? fail('must be a number.');
    case 'select': {
      const text = parseText(value);
      const known = text !== undefined && field.options?.includes(text) === true;
      return known ? text : fail(`must be one of: ${field.options?.join(', ')}.`);
    }
    case 'string':
      return parseString(value, fail);
    case 'text': {
      const text = parseText(value);
      if (text === undefined || !text.isWellFormed() || text.includes('\0')) return fail('must be text.');
      return text.length > (field.maxLength ?? MAX_TEXT) ? fail('is too long.') : text;
    }
    default:
      return field.type satisfies never;
  }
}

/** AList's form sends '' for a number or switch that was left alone, and some clients send null. */
function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

function emptyValue(field: ConfigField): '' | false | undefined {
  if (field.type === 'bool') return false;
  return field.type === 'number' ? undefined : '';
}

function parseBool(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = parseText(value)?.toLowerCase();
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : undefined;
}

function parseNumber(value: unknown): number | undefined {
  const text = parseText(value);
  if (text === undefined || !/^[+-]?\d+(\.\d+)?$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

function parseString(value: unknown, fail: (message: string) => undefined): string | undefined {
  const text = parseText(value);
  if (text === undefined || !text.isWellFormed()) return fail('must be text.');
  if (text.length > MAX_STRING) return fail('is too long.');
  // One-line values end up in headers and paths.
  return /\p{Cc}/u.test(text) ? fail('must be one line without control characters.') : text;
}

/** Ids made of digits come as JSON numbers from some clients. */
function parseText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}
