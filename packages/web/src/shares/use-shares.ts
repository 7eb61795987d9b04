import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { actOnShares, type Share, type ShareAction, SHARES_KEY, sharesQuery } from '../api/shares.ts';
import { useFormat } from '../format/use-format.ts';
import { useApi } from '../session/session.tsx';
import { useToasts } from '../ui/toaster.tsx';
import { useWords } from './use-words.ts';

/** The shares, and what can be done with several at once. */
export function useShares() {
  const { t } = useWords();
  const format = useFormat();
  const toasts = useToasts();
  const api = useApi();
  const queries = useQueryClient();
  const query = useQuery(sharesQuery(api));
  const [busy, setBusy] = useState(false);

  const act = async (action: ShareAction, shares: readonly Share[]): Promise<void> => {
    setBusy(true);
    const counted = { count: shares.length, formatted: format.number(shares.length) };
    try {
      await actOnShares(
        api,
        action,
        shares.map(({ id }) => id),
      );
      if (action !== 'check') toasts.show(t(action === 'delete' ? 'removed' : 'disabled', counted));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      toasts.show(t('action_failed', { reason }), 'bad');
    } finally {
      setBusy(false);
    }
    await queries.invalidateQueries({ queryKey: SHARES_KEY });
    await queries.invalidateQueries({ queryKey: ['folder'] });
  };
  return { ...query, busy, act };
}
