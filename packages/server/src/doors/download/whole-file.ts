import type { Ctx } from '../../core/driver.ts';
import type { Entry } from '../../core/entry.ts';
import type { OpenFile } from '../../vfs/view.ts';

/** A file from where all of it is served, which may take a moment; the file itself where there is no better. @throws as `PartlyServed.whole` */
export async function wholeFile(file: OpenFile, ctx: Ctx): Promise<OpenFile> {
  return file.partly === undefined ? file : file.partly.whole(ctx);
}

/**
 * What there is of a file that is cut, as a thing of its own: with its own name and size and without the file's hash, so that it never
 * passes for the file. undefined for a file of which nothing is known to be missing.
 * @throws as `PartlyServed.reach`
 */
export async function servedPart(file: OpenFile, ctx: Ctx): Promise<Entry | undefined> {
  const reach = await file.partly?.reach(ctx);
  if (reach?.playableBytes === undefined || reach.playableBytes >= file.node.entry.size) return undefined;
  const { hashes: _, ...entry } = file.node.entry;
  const stem = entry.name.replace(/\.[^.]*$/, '');
  return {
    ...entry,
    size: reach.playableBytes,
    name: `${stem} (first part)${entry.name.slice(stem.length)}`,
  };
}
