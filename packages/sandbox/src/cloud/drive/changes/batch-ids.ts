import { invalidArgument } from '../../refusal.ts';
import type { Body } from '../../request.ts';
import type { Drive } from '../drive.ts';
import type { DriveNode } from '../node.ts';
import { tooManyIds } from './change-errors.ts';
import type { ChangeRules } from './change-rules.ts';

/**
 * The items that a batch names in `ids`, each once. Ids that are not known are skipped (rule F12, guess).
 *
 * @throws Refusal `operating_file_count_exceeded` for too many, `invalid_argument` for no list of texts (guess)
 */
export function batchItems(drive: Drive, body: Body, rules: Pick<ChangeRules, 'batchLimit'>): DriveNode[] {
  const ids: unknown = body['ids'];
  if (!Array.isArray(ids) || ids.length === 0) throw invalidArgument('ids is empty');
  if (ids.length > rules.batchLimit) throw tooManyIds();
  if (!ids.every((id) => typeof id === 'string')) throw invalidArgument('ids is not a list of texts');
  return [...new Set(ids)].flatMap((id) => drive.tree.get(id) ?? []);
}
