import { DavFailure } from './failure.ts';

/** One thing that a client says of a resource. */
export type IfCondition =
  | { readonly not: boolean; readonly token: string }
  | { readonly not: boolean; readonly etag: string };

/** Conditions that must all hold, of the resource that is named, or else of the one that is asked for. */
export interface IfList {
  readonly resource?: string;
  readonly conditions: readonly IfCondition[];
}

/** What stands at a resource, to hold conditions against. */
export interface ResourceState {
  readonly etag: string | undefined;
  readonly tokens: ReadonlySet<string>;
}

const MAX_LISTS = 100;

/**
 * Reads an `If` header by the grammar of RFC 4918 §10.4.2: lists without resources, or each behind the resource that it is about.
 * @throws DavFailure 400 for anything else.
 */
export function parseIf(header: string): IfList[] {
  const parts: readonly string[] = header.match(/<[^<>]*>|\(|\)|\[(?:W\/)?"[^"]*"\]|[^\s()<>[\]]+|\S/g) ?? [];
  const lists: IfList[] = [];
  let resource: string | undefined;
  for (let at = 0; at < parts.length; ) {
    const part: string = parts[at] ?? '';
    if (part.startsWith('<')) {
      const first = lists[0];
      // Tagged and untagged lists don't go together, and a tag needs a list behind it.
      if ((first !== undefined && first.resource === undefined) || parts[at + 1] !== '(') throw malformed();
      resource = part.slice(1, -1);
      at += 1;
      continue;
    }
    if (part !== '(' || lists.length >= MAX_LISTS) throw malformed();
    const end = parts.indexOf(')', at);
    if (end === -1) throw malformed();
    const conditions = parseConditions(parts.slice(at + 1, end));
    lists.push(resource === undefined ? { conditions } : { resource, conditions });
    at = end + 1;
  }
  if (lists.length === 0) throw malformed();
  return lists;
}

function parseConditions(parts: readonly string[]): IfCondition[] {
  const conditions: IfCondition[] = [];
  let not = false;
  for (const part of parts) {
    if (/^not$/i.test(part) && !not) {
      not = true;
      continue;
    }
    if (/^<[^<>\s]+>$/.test(part)) conditions.push({ not, token: part.slice(1, -1) });
    else if (/^\[(?:W\/)?"/.test(part)) conditions.push({ not, etag: part.slice(1, -1) });
    else throw malformed();
    not = false;
  }
  if (not || conditions.length === 0) throw malformed();
  return conditions;
}

function malformed(): DavFailure {
  return new DavFailure(400, 'the If header can not be read');
}

/** The lock tokens that a client names, wherever: naming one is what submits it (RFC 4918 §7.5). */
export function submittedTokens(lists: readonly IfList[]): Set<string> {
  return new Set(
    lists.flatMap(({ conditions }) => conditions.flatMap((one) => ('token' in one ? one.token : []))),
  );
}

/** True when one of the lists holds. @param stateOf what stands at a named resource, or at the one that is asked for */
export async function ifHolds(
  lists: readonly IfList[],
  stateOf: (resource: string | undefined) => Promise<ResourceState>,
): Promise<boolean> {
  for (const { resource, conditions } of lists) {
    const state = await stateOf(resource);
    if (conditions.every((condition) => holds(condition, state))) return true;
  }
  return false;
}

function holds(condition: IfCondition, { etag, tokens }: ResourceState): boolean {
  const met =
    'token' in condition
      ? tokens.has(condition.token)
      : condition.etag === etag && !condition.etag.startsWith('W/');
  return met !== condition.not;
}
