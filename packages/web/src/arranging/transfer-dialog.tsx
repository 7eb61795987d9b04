import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import { type Conflict, transfer, type Transfer } from '../api/arrange.ts';
import type { Entry } from '../api/entries.ts';
import { folderKey } from '../api/queries.ts';
import { LIVE_TASKS_KEY } from '../api/tasks.ts';
import { useFormat } from '../format/use-format.ts';
import { FolderPicker } from '../picker/folder-picker.tsx';
import { useApi } from '../session/session.tsx';
import { childPath, isWithin, ROOT, segmentsOf, splatOf, type TreePath } from '../tree/tree-path.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { useToasts } from '../ui/toaster.tsx';
import { useWords } from './use-words.ts';

interface TransferDialogProps {
  readonly folder: TreePath;
  readonly how: 'move' | 'copy';
  readonly entries: readonly Entry[];
  readonly onClose: () => void;
}

const CONFLICTS: readonly Conflict[] = ['refuse', 'skip', 'overwrite'];

/** Asks for the folder that entries are to go to. */
export function TransferDialog({ folder, how, entries, onClose }: TransferDialogProps) {
  const { t } = useWords();
  const format = useFormat();
  const id = useId();
  const [path, setPath] = useState(folder);
  const [conflict, setConflict] = useState<Conflict>('refuse');
  const run = useTransfer(entries, onClose);
  const obstacle = obstacleAt(path, folder, entries);
  const words = {
    count: entries.length,
    name: entries[0]?.name ?? '',
    formatted: format.number(entries.length),
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (obstacle !== undefined) return;
    run.mutate({ how, from: folder, to: path, names: entries.map(({ name }) => name), conflict });
  };
  const change = (next: TreePath): void => {
    setPath(next);
    run.reset();
  };
  const status = run.isPending
    ? t(how === 'move' ? 'moving' : 'copying')
    : obstacle !== undefined
      ? t(obstacle)
      : leavesStorage(path, folder)
        ? t('by_task')
        : '';
  return (
    <Dialog
      title={t(how === 'move' ? 'move_title' : 'copy_title', words)}
      closeLabel={t('cancel')}
      onClose={onClose}
    >
      <form className="flex flex-col gap-5 p-5" onSubmit={submit}>
        <FolderPicker path={path} onChange={change} />
        <Field id={id} label={t('conflict')}>
          <select
            value={conflict}
            onChange={(event) => setConflict(CONFLICTS.find((one) => one === event.target.value) ?? 'refuse')}
            className="h-10 touch:h-12 w-full rounded-control border border-line-strong bg-surface px-3"
          >
            {CONFLICTS.map((one) => (
              <option key={one} value={one}>
                {t(one)}
              </option>
            ))}
          </select>
        </Field>
        {run.error !== null && (
          <p role="alert" className="rounded-panel bg-bad-soft p-3 text-pretty text-bad wrap-anywhere">
            {t('failed', { reason: run.error.message })}
          </p>
        )}
        <div className="flex flex-wrap items-center justify-end gap-2">
          <p role="status" className="min-w-40 flex-1 text-sm text-pretty text-muted max-sm:basis-full">
            {status}
          </p>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" tone="primary" disabled={obstacle !== undefined || run.isPending}>
            {t(how)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Why entries of `folder` can't go to `path`. */
function obstacleAt(
  path: TreePath,
  folder: TreePath,
  entries: readonly Entry[],
): 'root' | 'same' | 'inside' | undefined {
  if (path === folder) return 'same';
  if (path === ROOT) return 'root';
  const into = entries.some(({ name, isFolder }) => isFolder && isWithin(path, childPath(folder, name)));
  return into ? 'inside' : undefined;
}

/** A guess by the first folder, where storages usually are; the gateway knows. */
function leavesStorage(path: TreePath, folder: TreePath): boolean {
  return segmentsOf(path)[0] !== segmentsOf(folder)[0];
}

function useTransfer(entries: readonly Entry[], onClose: () => void) {
  const { t } = useWords();
  const format = useFormat();
  const api = useApi();
  const queries = useQueryClient();
  const toasts = useToasts();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (wish: Transfer) => transfer(api, wish),
    onSuccess: ({ length: tasks }, { how, from, to }) => {
      onClose();
      if (tasks > 0) {
        void queries.invalidateQueries({ queryKey: LIVE_TASKS_KEY });
        const text = t('begun', { count: tasks, formatted: format.number(tasks) });
        toasts.show(text, 'plain', { text: t('show'), run: () => void navigate({ to: '/tasks' }) });
        return;
      }
      void queries.invalidateQueries({ queryKey: folderKey(from) });
      void queries.invalidateQueries({ queryKey: folderKey(to) });
      const count = entries.length;
      const words = { count, name: entries[0]?.name ?? '', formatted: format.number(count), folder: to };
      toasts.show(t(how === 'move' ? 'moved' : 'copied', words), 'plain', {
        text: t('open'),
        run: () => void navigate({ to: '/files/$', params: { _splat: splatOf(to) } }),
      });
    },
  });
}
