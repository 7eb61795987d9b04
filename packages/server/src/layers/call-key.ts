/** A key that equal arguments share, in whatever order they were written; what is undefined counts as absent. */
export function callKey(args: object): string {
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  return JSON.stringify(given.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
