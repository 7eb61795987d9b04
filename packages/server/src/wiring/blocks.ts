import { join } from 'node:path';
import { type BlockCache, createBlockCache } from '../blocks/block-cache.ts';
import type { Settings } from '../settings/settings.ts';
import type { Parts } from './parts.ts';

const GIB = 2 ** 30;

/** The cache of blocks in the data folder, as large as the setting says. */
export function blockCache({ config, world }: Parts, settings: Settings): BlockCache {
  return createBlockCache({
    folder: join(config.data, 'blocks'),
    maxBytes: () => Math.max(0, Number(settings.get('block_cache_gib')) || 0) * GIB,
    clock: world.clock,
    log: world.log,
  });
}
