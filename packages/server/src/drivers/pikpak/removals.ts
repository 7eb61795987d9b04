import type { Ctx, OpTable } from '../../core/driver.ts';
import type { EntryId } from '../../core/entry.ts';
import { type ChangeTools, entryKeys } from './change-tools.ts';
import { inBatches } from './tasks.ts';
import type { WireFile } from './wire.ts';

/** Takes things away: into the trash or for good (protocol reference §3.8). An answer means that they are gone. */
export class Removals {
  readonly #tools: ChangeTools;

  constructor(tools: ChangeTools) {
    this.#tools = tools;
  }

  remove({ ids, mode }: OpTable['remove']['args'], ctx: Ctx): Promise<void> {
    return this.#tools.inTurn(entryKeys(ids), ctx, async () => {
      const files = await this.#tools.changeable(ids, ctx);
      const own = this.#tools.begin(ctx);
      await (mode === 'trash' ? this.trash(files, own) : this.purge(files, own));
    });
  }

  /** Live files into the trash. */
  trash(files: readonly WireFile[], ctx: Ctx): Promise<void> {
    return this.#by('batchTrash', files, ctx);
  }

  /** Live files, for good. */
  purge(files: readonly WireFile[], ctx: Ctx): Promise<void> {
    return this.#by('batchDelete', files, ctx);
  }

  async #by(name: 'batchTrash' | 'batchDelete', files: readonly WireFile[], ctx: Ctx): Promise<void> {
    const { tasks, arrivals } = this.#tools;
    await inBatches(files, async (some) => {
      const body = { ids: some.map(({ id }) => id) };
      await tasks.run({ name, body, isDone: () => this.#areGone(some, ctx) }, ctx);
    });
    await arrivals.wait(async () => ((await this.#areGone(files, ctx)) ? true : undefined), ctx);
  }

  async #areGone(files: readonly WireFile[], ctx: Ctx): Promise<boolean> {
    const folders = new Map<EntryId, EntryId[]>();
    for (const { id, parentId } of files) folders.set(parentId, [...(folders.get(parentId) ?? []), id]);
    for (const [folder, ids] of folders) {
      if ((await this.#tools.lookup.inFolder(folder, ids, ctx)).size > 0) return false;
    }
    return true;
  }
}
