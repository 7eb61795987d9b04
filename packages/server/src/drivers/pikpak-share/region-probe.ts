import type { Ctx, Probe } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';

/**
 * Whether PikPak lets this share be read by the storage's way out. What else keeps the share closed is left to the steps behind.
 * @param about asks PikPak about the share
 */
export function regionProbe(egress: string, about: (ctx: Ctx) => Promise<unknown>): Probe {
  const way = wayOf(egress);
  return {
    name: 'region',
    async run(ctx) {
      try {
        await about(ctx);
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
        if (error.code === 'region_blocked') throw refused(way, error);
        if (!error.code.startsWith('share_')) throw error;
      }
      return `PikPak answers about shares ${way}.`;
    },
  };
}

/** Proxies' addresses may hold passwords. */
function wayOf(egress: string): string {
  if (egress === '') return 'directly from this server';
  return `through ${egress.includes('://') ? (URL.parse(egress)?.host ?? 'this proxy') : `"${egress}"`}`;
}

function refused(way: string, { detail, cause }: StorageError): StorageError {
  return new StorageError('region_blocked', `PikPak doesn't offer shares ${way}: not in that region.`, {
    detail,
    cause,
  });
}
