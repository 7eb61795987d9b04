import type { Ctx } from '../../core/driver.ts';
import type { OpenFile } from '../../vfs/view.ts';

/** A file from where all of it is served, which may take a moment; the file itself where there is no better. @throws as `PartlyServed.whole` */
export async function wholeFile(file: OpenFile, ctx: Ctx): Promise<OpenFile> {
  return file.partly === undefined ? file : file.partly.whole(ctx);
}
