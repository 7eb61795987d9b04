import { driveRefusal } from '../refusal.ts';
import { categoryOf } from './category.ts';
import {
  booleanEquals,
  listIncludes,
  type Operator,
  type Operators,
  parseTerms,
  type Test,
  textOperators,
  timeOperators,
} from './filter-terms.ts';
import type { ListedNode } from './listed-items.ts';
import { PHASES } from './node.ts';

const KINDS = ['drive#file', 'drive#folder'];

/** There is no search (field observation). */
const noSearch: Operator<ListedNode> = () => {
  throw driveRefusal({ status: 404, error: 'not_found', code: 5, text: 'filter name is not supported' });
};

/** Fields and operators of protocol reference §3.2. `mime_type`, `file_category` and `id` were never seen on files: a guess. */
const OPERATORS: Operators<ListedNode> = {
  name: { eq: noSearch, in: noSearch },
  phase: textOperators((node: ListedNode) => node.phase, PHASES),
  kind: textOperators((node: ListedNode) => `drive#${node.kind}`, KINDS),
  trashed: {
    eq: booleanEquals(
      (node: ListedNode) => node.purgeAt !== undefined,
      (node: ListedNode) => node.purgeAt === undefined && node.buried !== true,
    ),
  },
  starred: { eq: booleanEquals((node: ListedNode) => node.starred) },
  modified_time: timeOperators((node: ListedNode) => node.modifiedAt),
  system_tag: { in: listIncludes((node: ListedNode) => (node.starred ? 'STAR' : ''), ['STAR']) },
  mime_type: textOperators((node: ListedNode) => (node.kind === 'file' ? node.content.blob.mimeType : '')),
  file_category: textOperators(categoryOf),
  id: textOperators((node: ListedNode) => node.id),
};

/**
 * Turns the `filters` parameter into a test; all terms must hold. No filter lets everything through, trashed items and
 * unfinished uploads as well (fact: R, C).
 *
 * @throws Refusal 400 code 3 for a malformed filter, 404 for the field `name` (field observation: there is no search).
 */
export function parseFilters(text: string): Test<ListedNode> {
  return parseTerms(text, OPERATORS);
}
