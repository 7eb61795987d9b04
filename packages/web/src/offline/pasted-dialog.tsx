import { useEffect } from 'react';
import { findLinks } from '../links/links.ts';
import { useFormat } from '../format/use-format.ts';
import { useIsAdmin, useMe } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import type { FetchWish } from './fetch-context.ts';
import { useAddShares } from './use-add-shares.ts';
import { useKinds } from './use-kinds.ts';
import { useWords } from './use-words.ts';

interface PastedDialogProps {
  readonly wish: FetchWish;
  readonly onDownload: (wish: FetchWish) => void;
  readonly onClose: () => void;
}

/** Asks what to do with pasted links; where there is one way only, it is taken. */
export function PastedDialog({ wish, onDownload, onClose }: PastedDialogProps) {
  const { t } = useWords();
  const format = useFormat();
  const admin = useIsAdmin();
  const canFetch = useMe()?.canFetch ?? false;
  const addShares = useAddShares();
  const kinds = useKinds();
  const { links } = findLinks(wish.text);
  const shares = links.filter(({ kind }) => kind === 'share');
  const others = links.filter(({ kind }) => kind !== 'share');
  const download = (): void =>
    onDownload({ ...wish, text: others.map(({ url }) => url).join('\n'), pasted: false });
  const clear = shares.length === 0 && canFetch;
  useEffect(() => {
    if (clear) download();
  });
  if (clear) return null;
  const counted = (count: number) => ({ count, formatted: format.number(count) });
  return (
    <Dialog title={t('pasted')} closeLabel={t('close')} onClose={onClose}>
      <div className="flex flex-col gap-5 p-5">
        <div className="flex flex-col gap-1 text-pretty">
          <p>{t('pasted_found', { list: kinds(links) })}</p>
          {shares.length > 0 && <p className="text-muted">{t(admin ? 'shares_here' : 'shares_admins')}</p>}
        </div>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t('cancel')}</Button>
          {canFetch && others.length > 0 && (
            <Button onClick={download}>{t('download', counted(others.length))}</Button>
          )}
          {admin && shares.length > 0 && (
            <Button
              tone="primary"
              data-autofocus
              onClick={() => {
                onClose();
                addShares(wish.text);
              }}
            >
              {t('add_shares', counted(shares.length))}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
