/** Which part of a file a request is answered with. `end` is exclusive. */
export type RangeAnswer =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

const BYTES = /^bytes\s*=\s*(.*)$/i;
const ONE_RANGE = /^(\d*)-(\d*)$/;

/**
 * Reads a `Range` header by rules C5 and C6 of protocol reference §10.4: what is malformed is ignored, of several ranges the
 * first counts (a guess), and an empty file has no range.
 */
export function answerRange(header: string | undefined, size: number): RangeAnswer {
  if (header === undefined) return { kind: 'whole' };
  if (size === 0) return { kind: 'unsatisfiable' };
  const first = BYTES.exec(header.trim())?.[1]?.split(',')[0]?.trim() ?? '';
  const [, from = '', to = ''] = ONE_RANGE.exec(first) ?? [];
  if (from === '') return to === '' ? { kind: 'whole' } : suffix(Number(to), size);
  const start = Number(from);
  const last = to === '' ? size - 1 : Number(to);
  if (to !== '' && last < start) return { kind: 'whole' };
  if (start >= size) return { kind: 'unsatisfiable' };
  return { kind: 'part', start, end: Math.min(last + 1, size) };
}

function suffix(length: number, size: number): RangeAnswer {
  if (length === 0) return { kind: 'unsatisfiable' };
  return { kind: 'part', start: Math.max(size - length, 0), end: size };
}
