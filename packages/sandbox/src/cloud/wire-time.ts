const OFFSET_MS = 8 * 3_600_000;

/** RFC 3339 with milliseconds and the service's fixed offset `+08:00` (protocol reference §0.2). */
export function wireTime(ms: number): string {
  return `${new Date(ms + OFFSET_MS).toISOString().slice(0, -1)}+08:00`;
}

/** The same without milliseconds, as in the text of a used refresh token (§2.6). */
export function wireTimeSeconds(ms: number): string {
  return `${new Date(ms + OFFSET_MS).toISOString().slice(0, 19)}+08:00`;
}

/** The form that the access-token error uses (§9.15): `2023-11-15 08:13:20 +0800 CST`. */
export function tokenExpiryTime(ms: number): string {
  return `${new Date(ms + OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ')} +0800 CST`;
}
