import { driveRefusal, invalidArgument } from '../refusal.ts';
import { asRecord, parseJson } from '../request.ts';
import { categoryOf } from './category.ts';
import type { DriveNode } from './node.ts';

type Test = (node: DriveNode) => boolean;
type Operator = (operand: unknown, field: string) => Test;

const PHASES = ['PHASE_TYPE_COMPLETE', 'PHASE_TYPE_PENDING', 'PHASE_TYPE_RUNNING', 'PHASE_TYPE_ERROR'];
const KINDS = ['drive#file', 'drive#folder'];

/** Fields and operators of protocol reference §3.2. `mime_type`, `file_category` and `id` were never seen on files: a guess. */
const OPERATORS: Readonly<Record<string, Readonly<Record<string, Operator>>>> = {
  phase: textOperators((node) => node.phase, PHASES),
  kind: textOperators((node) => `drive#${node.kind}`, KINDS),
  trashed: { eq: booleanEquals((node) => node.purgeAt !== undefined) },
  starred: { eq: booleanEquals((node) => node.starred) },
  modified_time: {
    gt: (operand, field) => {
      const limit = timeOf(operand, field);
      return (node) => node.modifiedAt > limit;
    },
    lt: (operand, field) => {
      const limit = timeOf(operand, field);
      return (node) => node.modifiedAt < limit;
    },
  },
  system_tag: { in: listIncludes((node) => (node.starred ? 'STAR' : ''), ['STAR']) },
  mime_type: textOperators((node) => (node.kind === 'file' ? node.content.blob.mimeType : '')),
  file_category: textOperators(categoryOf),
  id: textOperators((node) => node.id),
};

/**
 * Turns the `filters` parameter into a test; all terms must hold. No filter lets everything through, trashed items and
 * unfinished uploads as well (fact: R, C).
 *
 * @throws Refusal 400 code 3 for a malformed filter, 404 for the field `name` (field observation: there is no search).
 */
export function parseFilters(text: string): Test {
  if (text === '') return () => true;
  const terms = asRecord(parseJson(text));
  if (terms === undefined) throw invalidArgument('filters is not a JSON object');
  const tests = Object.entries(terms).flatMap(([field, term]) => testsOf(field, term));
  return (node) => tests.every((test) => test(node));
}

function testsOf(field: string, term: unknown): Test[] {
  if (field === 'name')
    throw driveRefusal({ status: 404, error: 'not_found', code: 5, text: 'filter name is not supported' });
  const known = Object.hasOwn(OPERATORS, field) ? OPERATORS[field] : undefined;
  if (known === undefined) throw invalidArgument(`filters.${field} is not supported`);
  const operations = Object.entries(asRecord(term) ?? {});
  if (operations.length === 0) throw invalidArgument(`filters.${field} has no operator`);
  return operations.map(([name, operand]) => {
    const operator = Object.hasOwn(known, name) ? known[name] : undefined;
    if (operator === undefined) throw invalidArgument(`filters.${field}.${name} is not supported`);
    return operator(operand, `${field}.${name}`);
  });
}

type ReadText = (node: DriveNode) => string;

function textOperators(read: ReadText, allowed?: readonly string[]): Record<'eq' | 'in', Operator> {
  return {
    eq: (operand, field) => {
      const wanted = wantedText(operand, field, allowed);
      return (node) => read(node) === wanted;
    },
    in: listIncludes(read, allowed),
  };
}

/** `in` takes one text of names with commas between; a JSON array is refused (field observation). */
function listIncludes(read: ReadText, allowed?: readonly string[]): Operator {
  return (operand, field) => {
    if (typeof operand !== 'string') throw invalidArgument(`filters.${field} is not a string`);
    const wanted = new Set(operand.split(',').map((part) => wantedText(part.trim(), field, allowed)));
    return (node) => wanted.has(read(node));
  };
}

function wantedText(operand: unknown, field: string, allowed?: readonly string[]): string {
  if (typeof operand !== 'string' || operand === '')
    throw invalidArgument(`filters.${field} is not a string`);
  if (allowed !== undefined && !allowed.includes(operand))
    throw invalidArgument(`filters.${field} has an unknown value`);
  return operand;
}

function booleanEquals(read: Test): Operator {
  return (operand, field) => {
    if (typeof operand !== 'boolean') throw invalidArgument(`filters.${field} is not a boolean`);
    return (node) => read(node) === operand;
  };
}

function timeOf(operand: unknown, field: string): number {
  const time = typeof operand === 'string' ? Date.parse(operand) : Number.NaN;
  if (Number.isNaN(time)) throw invalidArgument(`filters.${field} is not a time`);
  return time;
}
