import { invalidArgument } from '../../refusal.ts';
import type { DriveNode } from '../node.ts';
import type { DriveTree } from '../tree.ts';
import { emptyName } from './change-errors.ts';
import type { ChangeRules } from './change-rules.ts';

/** Characters that the service refuses or mangles, control characters among them (protocol reference §3.13, R). */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const FORBIDDEN = /[\u0000-\u001F\u007F\\/"*:<>?|]/g;
const EDGES = /^ +|[ .]+$/g;

/**
 * The name under which an item is stored: blanks around it and dots at its end are dropped (§3.13; that they are mangled and
 * not refused is a guess).
 *
 * @throws Refusal `file_name_empty`, or `invalid_argument` (guess) for a name that is too long or has forbidden characters
 */
export function storedName(
  name: string,
  rules: Pick<ChangeRules, 'forbiddenCharacters' | 'maxNameBytes'>,
): string {
  if (!name.isWellFormed()) throw invalidArgument('file name is not UTF-8');
  const clean = name.replaceAll(FORBIDDEN, '');
  if (clean !== name && rules.forbiddenCharacters === 'refuse')
    throw invalidArgument('file name contains characters that are not allowed');
  const stored = clean.replaceAll(EDGES, '');
  if (stored === '') throw emptyName();
  if (new TextEncoder().encode(stored).length > rules.maxNameBytes)
    throw invalidArgument('file name is too long');
  return stored;
}

/** Names that a newcomer to a folder must keep clear of: those of live items, unfinished uploads too (rules F13, U5). */
export function takenNames(tree: DriveTree, parentId: string): ReadonlySet<string> {
  return new Set(
    tree
      .children(parentId)
      .filter((node) => node.purgeAt === undefined)
      .map((node) => node.name),
  );
}

/** `name`, or with the first free number: `foo(1).txt`; at the end for folders and for names without an extension (rule F13). */
export function freeName(taken: ReadonlySet<string>, name: string, kind: DriveNode['kind']): string {
  if (!taken.has(name)) return name;
  const dot = kind === 'folder' ? -1 : name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let number = 1; ; number++) {
    const numbered = `${stem}(${number})${extension}`;
    if (!taken.has(numbered)) return numbered;
  }
}
