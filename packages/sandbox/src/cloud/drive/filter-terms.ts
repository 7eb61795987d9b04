import { invalidArgument } from '../refusal.ts';
import { asRecord, parseJson } from '../request.ts';

/** Whether an item passes. */
export type Test<T> = (item: T) => boolean;
/** Makes a test of a term's operand. `field` is for the complaint. */
export type Operator<T> = (operand: unknown, field: string) => Test<T>;
/** Operators by field and name. */
export type Operators<T> = Readonly<Record<string, Readonly<Record<string, Operator<T>>>>>;
type Read<T> = (item: T) => string;

/**
 * Turns a `filters` parameter into a test (grammar: protocol reference §3.2); all terms must hold. No filter lets everything
 * through.
 *
 * @throws Refusal 400 code 3 for a malformed filter, an unknown field or operator, an operand of the wrong type
 */
export function parseTerms<T>(text: string, operators: Operators<T>): Test<T> {
  if (text === '') return () => true;
  const terms = asRecord(parseJson(text));
  if (terms === undefined) throw invalidArgument('filters is not a JSON object');
  const tests = Object.entries(terms).flatMap(([field, term]) => testsOf(operators, field, term));
  return (item) => tests.every((test) => test(item));
}

function testsOf<T>(operators: Operators<T>, field: string, term: unknown): Test<T>[] {
  const known = Object.hasOwn(operators, field) ? operators[field] : undefined;
  if (known === undefined) throw invalidArgument(`filters.${field} is not supported`);
  const operations = Object.entries(asRecord(term) ?? {});
  if (operations.length === 0) throw invalidArgument(`filters.${field} has no operator`);
  return operations.map(([name, operand]) => {
    const operator = Object.hasOwn(known, name) ? known[name] : undefined;
    if (operator === undefined) throw invalidArgument(`filters.${field}.${name} is not supported`);
    return operator(operand, `${field}.${name}`);
  });
}

/** `eq` and `in` for a text; `allowed` are the values that the service knows. */
export function textOperators<T>(
  read: Read<T>,
  allowed?: readonly string[],
): Record<'eq' | 'in', Operator<T>> {
  return {
    eq: (operand, field) => {
      const wanted = wantedText(operand, field, allowed);
      return (item) => read(item) === wanted;
    },
    in: listIncludes(read, allowed),
  };
}

/** `in` takes one text of names with commas between; a JSON array is refused (field observation). */
export function listIncludes<T>(read: Read<T>, allowed?: readonly string[]): Operator<T> {
  return (operand, field) => {
    if (typeof operand !== 'string') throw invalidArgument(`filters.${field} is not a string`);
    const wanted = new Set(operand.split(',').map((part) => wantedText(part.trim(), field, allowed)));
    return (item) => wanted.has(read(item));
  };
}

function wantedText(operand: unknown, field: string, allowed?: readonly string[]): string {
  if (typeof operand !== 'string' || operand === '')
    throw invalidArgument(`filters.${field} is not a string`);
  if (allowed !== undefined && !allowed.includes(operand))
    throw invalidArgument(`filters.${field} has an unknown value`);
  return operand;
}

/** `eq` for a JSON boolean: `true` and `false` have tests of their own. */
export function booleanEquals<T>(yes: Test<T>, no: Test<T> = (item) => !yes(item)): Operator<T> {
  return (operand, field) => {
    if (typeof operand !== 'boolean') throw invalidArgument(`filters.${field} is not a boolean`);
    return operand ? yes : no;
  };
}

/** `gt` and `lt` for a time. */
export function timeOperators<T>(read: (item: T) => number): Record<'gt' | 'lt', Operator<T>> {
  return {
    gt: (operand, field) => {
      const limit = timeOf(operand, field);
      return (item) => read(item) > limit;
    },
    lt: (operand, field) => {
      const limit = timeOf(operand, field);
      return (item) => read(item) < limit;
    },
  };
}

function timeOf(operand: unknown, field: string): number {
  const time = typeof operand === 'string' ? Date.parse(operand) : Number.NaN;
  if (Number.isNaN(time)) throw invalidArgument(`filters.${field} is not a time`);
  return time;
}
