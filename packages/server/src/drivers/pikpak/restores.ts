import { throwIfAborted, waitOrAbort } from '../../core/abort.ts';
import type { Ctx, OpTable } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import type { ChangeTools } from './change-tools.ts';
import { isReadable, shareErrorOf, statusOf } from './share-status.ts';
import { type JsonObject, textOf } from './wire.ts';

/** The kind of the storages that can save what a ticket is for. */
export const RESTORE_KIND = 'PikPak';

/** Saves what somebody shared into the drive (protocol reference §6.7). No bytes travel; space is charged. */
export class Restores {
  readonly #tools: ChangeTools;

  constructor(tools: ChangeTools) {
    this.#tools = tools;
  }

  /**
   * The request is made once: what became of one whose answer got lost shows in the folder.
   * @throws StorageError `quota_exceeded`, `forbidden` for a share that may be saved no more often, and what closes the share.
   */
  async restore({ ticket, to, job }: OpTable['restore']['args'], ctx: Ctx): Promise<{ job?: string }> {
    throwIfAborted(ctx.signal);
    if (ticket.kind !== RESTORE_KIND) {
      throw new StorageError('invalid_argument', 'This storage can save shares of PikPak alone.');
    }
    const task = job ?? (await this.#begun(ticket, to, ctx));
    if (task === '') return {};
    return (await this.#tools.tasks.isDone(task, ctx)) ? {} : { job: task };
  }

  /** The id of the task that does it; '' when it is done. */
  async #begun(ticket: OpTable['restore']['args']['ticket'], to: string, ctx: Ctx): Promise<string> {
    const { drive, apiRoot } = this.#tools.options;
    const body = {
      share_id: ticket.shareId,
      pass_code_token: ticket.token,
      file_ids: [...ticket.ids],
      parent_id: this.#tools.folderId(to),
      specify_parent_id: true,
      ...(ticket.ancestors.length === 0 ? {} : { ancestor_ids: [...ticket.ancestors] }),
    };
    const call = { root: apiRoot, method: 'POST', path: '/drive/v1/share/restore', body } as const;
    return taskOf(await waitOrAbort(drive.call(call, this.#tools.begin(ctx)), ctx.signal));
  }
}

function taskOf(answer: JsonObject): string {
  const status = statusOf(answer);
  if (status === 'MAX_RESTORE_COUNT') {
    throw new StorageError('forbidden', 'This share has been saved as often as it may be.', {
      detail: { vendorCode: status, remedy: 'Ask whoever shared it for a new share.' },
    });
  }
  if (!isReadable(status)) throw shareErrorOf(status);
  const task = textOf(answer['restore_task_id']);
  const outcome = textOf(answer['restore_status']);
  if (outcome === 'RESTORE_ERROR' || (task === '' && outcome !== 'RESTORE_COMPLETE')) {
    throw new StorageError('unavailable', "PikPak couldn't save the file.", {
      retry: 'later',
      detail: { vendorCode: outcome, remedy: 'Try again. If it stays, save it in the PikPak app.' },
    });
  }
  return outcome === 'RESTORE_COMPLETE' ? '' : task;
}
