import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { clearEnded, retryFailed } from '../api/tasks.ts';
import { useApi } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { useToasts } from '../ui/toaster.tsx';
import { useWords } from './use-words.ts';

/** What the gateway keeps tasks of; each is cleared by itself. */
const KINDS = [
  'offline_download',
  'offline_download_transfer',
  'copy',
  'move',
  'upload',
  'share_save',
  'feed',
] as const;

interface ListActionsProps {
  readonly screen: 'tasks' | 'offline';
  readonly filter: 'live' | 'ended' | 'failed';
}

/** What can be done with a whole list. */
export function ListActions({ screen, filter }: ListActionsProps) {
  const { t } = useWords();
  const api = useApi();
  const queries = useQueryClient();
  const toasts = useToasts();
  const [busy, setBusy] = useState(false);
  const kinds = screen === 'offline' ? KINDS.slice(0, 1) : KINDS;
  const run = async (act: (kind: string) => Promise<void>, done?: string): Promise<void> => {
    setBusy(true);
    try {
      for (const kind of kinds) await act(kind);
      if (done !== undefined) toasts.show(done);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      toasts.show(t('action_failed', { reason }), 'bad');
    }
    setBusy(false);
    await queries.invalidateQueries({ queryKey: ['tasks'] });
  };
  if (filter === 'ended') {
    return (
      <Button
        disabled={busy}
        className="mr-1"
        onClick={() => void run((kind) => clearEnded(api, kind), t('cleared'))}
      >
        {t('clear_done')}
      </Button>
    );
  }
  if (filter === 'failed') {
    return (
      <Button disabled={busy} className="mr-1" onClick={() => void run((kind) => retryFailed(api, kind))}>
        {t('retry_all')}
      </Button>
    );
  }
  return null;
}
