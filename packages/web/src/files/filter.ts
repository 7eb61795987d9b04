/** A test for names: each word of the query must be in them, in any order, whatever the case. Undefined for an empty query. */
export function nameFilter(query: string): ((name: string) => boolean) | undefined {
  const words = fold(query)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return undefined;
  return (name) => {
    const folded = fold(name);
    return words.every((word) => folded.includes(word));
  };
}

/** Case and the way accents are composed don't count. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/**
 * Where typing leads: the next name, from `from` on and round the end, that begins with `typed`. -1 when there is none.
 * `from` is looked at first, so that typing on keeps to a name that still fits.
 */
export function typeAhead(names: readonly string[], typed: string, from: number): number {
  const prefix = fold(typed);
  const start = Math.max(0, from);
  for (let step = 0; step < names.length; step += 1) {
    const index = (start + step) % names.length;
    if (fold(names[index] ?? '').startsWith(prefix)) return index;
  }
  return -1;
}
