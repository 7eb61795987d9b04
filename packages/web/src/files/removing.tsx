import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry, FolderPage } from '../api/entries.ts';
import { folderKey } from '../api/queries.ts';
import { MOST_IDS, restore } from '../api/trash.ts';
import { useFormat } from '../format/use-format.ts';
import { useApi, useMe } from '../session/session.tsx';
import { useToasts } from '../ui/toaster.tsx';
import type { Folder } from './use-folder.ts';

const Confirm = lazy(() => import('../ui/confirm.tsx'));

/** Removing entries of a folder. */
export interface Removing {
  /** Whether this person may. */
  readonly offered: boolean;
  /** Removes at once where there is a trash, with a way back; asks first where there is none. */
  readonly start: (entries: readonly Entry[]) => void;
  /** The question, while there is one. */
  readonly dialog: ReactNode;
}

export function useRemoving(folder: Folder): Removing {
  const { t } = useTranslation();
  const format = useFormat();
  const toasts = useToasts();
  const offered = useMe()?.canRemove ?? false;
  const [asking, setAsking] = useState<readonly Entry[]>([]);
  const remove = useRemove(folder);
  const start = (entries: readonly Entry[]): void => {
    if (!offered || folder.trash === undefined || entries.length === 0) return;
    if (entries.some(({ mount }) => mount !== undefined)) return toasts.show(t('remove.storage'), 'bad');
    if (folder.trash) void remove(entries);
    else setAsking(entries);
  };
  const [first] = asking;
  const words = { count: asking.length, name: first?.name ?? '', formatted: format.number(asking.length) };
  const dialog = first !== undefined && (
    <Suspense>
      <Confirm
        title={t('remove.ask', words)}
        confirm={t('remove.confirm')}
        cancel={t('remove.cancel')}
        onConfirm={() => void remove(asking)}
        onClose={() => setAsking([])}
      >
        {t('remove.ask_text')}
      </Confirm>
    </Suspense>
  );
  return { offered, start, dialog };
}

function useRemove({ path, trash = false }: Folder): (entries: readonly Entry[]) => Promise<void> {
  const { t } = useTranslation();
  const format = useFormat();
  const toasts = useToasts();
  const api = useApi();
  const queries = useQueryClient();
  const look = () => queries.invalidateQueries({ queryKey: folderKey(path) });
  const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

  const undo = async (entries: readonly Entry[], words: object): Promise<void> => {
    try {
      await restore(
        api,
        path,
        entries.map(({ id }) => id),
      );
      toasts.show(t('remove.undone', { count: entries.length, ...words }));
    } catch (error) {
      toasts.show(t('remove.undo_failed', { reason: reasonOf(error) }), 'bad');
    }
    await look();
  };

  return async (entries) => {
    const count = entries.length;
    const words = { name: entries[0]?.name ?? '', formatted: format.number(count) };
    const names = entries.map(({ name }) => name);
    await queries.cancelQueries({ queryKey: folderKey(path) });
    queries.setQueryData<InfiniteData<FolderPage>>(folderKey(path), (data) => data && without(data, names));
    try {
      await api('/fs/remove', { body: { dir: path, names } });
    } catch (error) {
      toasts.show(t('remove.failed', { reason: reasonOf(error) }), 'bad');
      return look();
    }
    void look();
    void queries.invalidateQueries({ queryKey: ['trash', 'content'] });
    const restorable = trash && count <= MOST_IDS && entries.every(({ id }) => id !== '');
    toasts.show(
      t(trash ? 'remove.done' : 'remove.gone', { count, ...words }),
      'plain',
      restorable ? { text: t('remove.undo'), run: () => void undo(entries, words) } : undefined,
    );
  };
}

/** The folder as it will be: what is removed leaves the screen at once. */
function without(data: InfiniteData<FolderPage>, names: readonly string[]): InfiniteData<FolderPage> {
  const gone = new Set(names);
  const pages = data.pages.map((page) => ({
    ...page,
    entries: page.entries.filter(({ name }) => !gone.has(name)),
  }));
  return { ...data, pages };
}
