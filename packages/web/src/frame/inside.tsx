import { useQuery } from '@tanstack/react-query';
import { Navigate, Outlet, useRouter } from '@tanstack/react-router';
import { CloudOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/errors.ts';
import { meQuery } from '../api/queries.ts';
import { useApi, useToken } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Frame } from './frame.tsx';

/**
 * The app for those who are signed in, and for guests where guests are let in; all others are led to the sign-in page and back.
 * With a token the screens start at once, beside the question who it belongs to.
 */
export function Inside() {
  const api = useApi();
  const token = useToken();
  const [tokenAtFirst] = useState(token);
  const { data, error, refetch } = useQuery(meQuery(api, token));
  const { history } = useRouter();
  if (error instanceof ApiError && error.kind === 'signed_out' && data === undefined) {
    const expired = tokenAtFirst !== '' ? { expired: true } : {};
    return <Navigate to="/sign-in" search={{ to: history.location.href, ...expired }} replace />;
  }
  if (data === undefined && token === '') {
    return error === null ? <Waiting /> : <NoGateway onRetry={() => void refetch()} />;
  }
  return (
    <Frame key={token}>
      <Outlet />
    </Frame>
  );
}

function Waiting() {
  const { t } = useTranslation();
  return (
    <p role="status" className="flex h-full animate-late items-center justify-center text-muted">
      {t('app.loading')}
    </p>
  );
}

function NoGateway({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <Notice
      urgent
      icon={<CloudOff size={28} />}
      title={t('offline.title')}
      actions={<Button onClick={onRetry}>{t('files.try_again')}</Button>}
    >
      {t('offline.text')}
    </Notice>
  );
}
