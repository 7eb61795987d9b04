/** What the reference server sends for a time that is not known. */
export const ZERO_TIME = '0001-01-01T00:00:00Z';

/** A time as RFC 3339 in UTC, without needless zeros. @param ms milliseconds since the epoch */
export function wireTime(ms: number | undefined): string {
  if (ms === undefined) return ZERO_TIME;
  const date = new Date(ms);
  return Number.isNaN(date.valueOf()) ? ZERO_TIME : date.toISOString().replace(/\.000Z$|0+Z$/, 'Z');
}
