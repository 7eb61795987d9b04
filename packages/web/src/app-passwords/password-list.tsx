import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useFormat } from '../format/use-format.ts';
import { useApi } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { useToasts } from '../ui/toaster.tsx';
import { type AppPassword, appPasswordsQuery, revokeAppPassword } from './app-passwords.ts';
import { useWords } from './use-words.ts';

/** Those that there are, each with a way to end it. */
export function PasswordList() {
  const { t } = useWords();
  const { data, error, refetch } = useQuery(appPasswordsQuery(useApi()));
  if (data === undefined && error !== null) {
    return (
      <Notice
        urgent
        icon={<KeyRound size={24} />}
        title={t('failed')}
        actions={<Button onClick={() => void refetch()}>{t('try_again')}</Button>}
      >
        {error.message}
      </Notice>
    );
  }
  return (
    <section aria-label={t('list')} className="flex flex-col gap-3">
      <h2 className="text-lg font-semibold">{t('list')}</h2>
      {data === undefined && (
        <div
          role="status"
          aria-label={t('loading')}
          className="h-16 animate-late animate-pulse rounded-panel bg-hover"
        />
      )}
      {data?.length === 0 && <p className="text-muted">{t('none')}</p>}
      <ul className="flex flex-col gap-3 empty:hidden">
        {data?.map((one) => (
          <Row key={one.id} one={one} />
        ))}
      </ul>
    </section>
  );
}

function Row({ one }: { one: AppPassword }) {
  const { t } = useWords();
  const format = useFormat();
  const [asking, setAsking] = useState(false);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-panel border border-line bg-surface p-4">
      <div className="min-w-0 flex-1 basis-48">
        <h3 className="font-medium wrap-anywhere">{one.name}</h3>
        <p className="text-sm text-muted wrap-anywhere">
          {one.folder === '/' ? t('whole') : t('only', { folder: one.folder })}
          {one.readOnly && ` · ${t('looks')}`}
        </p>
        <p className="text-sm text-muted">
          {t('created', { when: one.created === undefined ? '–' : format.day(one.created) })}
          {' · '}
          {one.used === undefined ? t('never_used') : t('used', { when: format.moment(one.used) })}
        </p>
      </div>
      <Button aria-label={`${t('revoke')} ${one.name}`} onClick={() => setAsking(true)}>
        {t('revoke')}
      </Button>
      {asking && <RevokeDialog one={one} onClose={() => setAsking(false)} />}
    </li>
  );
}

function RevokeDialog({ one, onClose }: { one: AppPassword; onClose: () => void }) {
  const { t } = useWords();
  const api = useApi();
  const queries = useQueryClient();
  const toasts = useToasts();
  const revoke = useMutation({
    mutationFn: () => revokeAppPassword(api, one.id),
    onSuccess: () => toasts.show(t('revoked', { name: one.name })),
    onError: (error) => toasts.show(t('action_failed', { reason: error.message }), 'bad'),
    onSettled: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: ['app-passwords'] });
    },
  });
  return (
    <Dialog title={t('revoke_title', { name: one.name })} closeLabel={t('close')} onClose={onClose}>
      <div className="flex flex-col gap-5 p-5">
        <p className="text-pretty">{t('revoke_text')}</p>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" disabled={revoke.isPending} onClick={() => revoke.mutate()}>
            {t('revoke')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
