import type { BlockCache } from '../blocks/block-cache.ts';
import type { Leg, StreamJob } from './client-stream.ts';

/** What streams need of the cache of blocks. */
export type Blocks = Pick<BlockCache, 'read' | 'missingUntil' | 'keeper'>;

/**
 * Opens the next bytes of a job: from the disk as far as they are held there, else from the cloud up to where they are held again.
 * What comes from the disk takes no connection, and no link is asked for.
 */
export async function nextLeg(
  job: StreamJob,
  blocks: Blocks | undefined,
  openAtCloud: (job: StreamJob) => Promise<Leg>,
): Promise<Leg> {
  if (blocks === undefined || !isKeepable(job)) return openAtCloud(job);
  const { file, range } = job;
  const { entry } = file.node;
  const held = blocks.read(entry, range);
  if (held !== undefined) return { ...held, isSteady: true, isHeld: true };
  const end = blocks.missingUntil(entry, range);
  const leg = await openAtCloud({ ...job, range: { start: range.start, end } });
  return end < range.end ? { ...leg, isSteady: true } : leg;
}

/** What gathers the blocks of a stream, where they are worth keeping. */
export function keeperOf(job: StreamJob, blocks: Blocks | undefined): ReturnType<Blocks['keeper']> {
  return isKeepable(job) ? blocks?.keeper(job.file.node.entry) : undefined;
}

/** Files of this machine are on a disk already; of a transcode no hash is known. */
function isKeepable({ file }: StreamJob): boolean {
  return file.source === 'link' && file.variant === undefined;
}
