/** What is wrong with a new name, as far as it can be told without asking the storage; undefined when it may do. */
export type NameProblem = 'name_missing' | 'name_slash' | 'name_dots';

export function nameProblem(name: string): NameProblem | undefined {
  if (name.trim() === '') return 'name_missing';
  if (/[/\\]/.test(name)) return 'name_slash';
  return /^\.{1,2}$/.test(name) ? 'name_dots' : undefined;
}

/** How much of a name is marked for overwriting: a file's without its extension. */
export function stemLength(name: string, isFolder: boolean): number {
  const dot = name.lastIndexOf('.');
  return isFolder || dot <= 0 ? name.length : dot;
}
