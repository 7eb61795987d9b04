import type { SpoolLimits } from './room.ts';

const GIB = 1024 ** 3;

/** The settings that limit uploads. */
export type LimitKey = 'upload_file_limit' | 'upload_total_limit' | 'upload_user_limit';

/** Limits from settings in GiB, of which 0 stands for none. */
export function limitsFrom(get: (key: LimitKey) => string): SpoolLimits {
  const bytes = (key: LimitKey): number => {
    const gib = Number(get(key));
    return gib > 0 ? Math.floor(gib * GIB) : Number.POSITIVE_INFINITY;
  };
  return {
    file: bytes('upload_file_limit'),
    total: bytes('upload_total_limit'),
    perUser: bytes('upload_user_limit'),
  };
}
