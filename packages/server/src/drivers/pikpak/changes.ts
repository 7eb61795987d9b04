import type { Ctx, OpTable } from '../../core/driver.ts';
import type { Entry, EntryId } from '../../core/entry.ts';
import { attempt } from './attempts.ts';
import { type ChangeTools, entryKeys } from './change-tools.ts';
import { checkPikPakName } from './exact-name.ts';
import { entryOf } from './files.ts';
import type { Removals } from './removals.ts';
import { batchesOf } from './tasks.ts';
import { objectOf, readFile, type WireFile } from './wire.ts';

/**
 * Changes to things where they lie (protocol reference §3.6, §3.7). PikPak numbers a name that is taken without a word; here an answer
 * means that what was asked for stands there under its name.
 */
export class Changes {
  readonly #tools: ChangeTools;
  readonly #removals: Removals;

  constructor(tools: ChangeTools, removals: Removals) {
    this.#tools = tools;
    this.#removals = removals;
  }

  mkdir({ dir, name }: OpTable['mkdir']['args'], ctx: Ctx): Promise<Entry> {
    const { files, naming } = this.#tools;
    return this.#tools.inTurn([dir], ctx, async () => {
      checkPikPakName(name);
      const folder = this.#tools.folderId(dir);
      await files.checkFolder(folder, ctx);
      const before = await naming.idsWithout(folder, name, ctx);
      const own = this.#tools.begin(ctx);
      const made = await this.#makeFolder({ folder, name, before }, own);
      const undo = () => this.#removals.purge([made], own);
      return entryOf(await this.#tools.nameOrUndo(made, name, own, undo));
    });
  }

  rename({ id, name }: OpTable['rename']['args'], ctx: Ctx): Promise<Entry> {
    return this.#tools.inTurn(entryKeys([id]), ctx, async () => {
      checkPikPakName(name);
      const [file] = await this.#tools.changeable([id], ctx);
      if (file === undefined || file.name === name)
        return entryOf(file ?? (await this.#tools.files.file(id, ctx)));
      return entryOf(await this.#tools.naming.give(file, name, this.#tools.begin(ctx)));
    });
  }

  /** Stars are set at once, and setting one twice changes nothing (§3.8). @throws StorageError `not_found` when one is missing. */
  star({ ids, starred }: OpTable['star']['args'], ctx: Ctx): Promise<void> {
    const { drive, apiRoot, env } = this.#tools.options;
    return this.#tools.inTurn(entryKeys(ids), ctx, async () => {
      await this.#tools.changeable(ids, ctx);
      const own = this.#tools.begin(ctx);
      const path = `/drive/v1/files:${starred ? 'star' : 'unstar'}`;
      for (const some of batchesOf(ids)) {
        const call = { root: apiRoot, method: 'POST', path, body: { ids: some } } as const;
        await attempt(() => drive.call(call, own), env, { signal: own.signal });
      }
    });
  }

  async #makeFolder(
    { folder, name, before }: { folder: EntryId; name: string; before: ReadonlySet<EntryId> },
    ctx: Ctx,
  ): Promise<WireFile> {
    const { arrivals } = this.#tools;
    const { drive, apiRoot, env } = this.#tools.options;
    const body = { kind: 'drive#folder', parent_id: folder, name };
    const look = () => arrivals.look({ folder, before, like: { folder: true, name } }, ctx);
    const create = async () => {
      const call = { root: apiRoot, method: 'POST', path: '/drive/v1/files', body } as const;
      return readFile(objectOf((await drive.call(call, ctx))['file']) ?? {});
    };
    const made = await attempt(create, env, { signal: ctx.signal, look });
    return made ?? arrivals.wait(look, ctx);
  }
}
