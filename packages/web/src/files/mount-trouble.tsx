import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { CirclePause, ExternalLink, type LucideIcon, ShieldQuestion, Unplug } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MountPhase } from '../api/entries.ts';
import { storagesQuery } from '../api/queries.ts';
import { useFormat } from '../format/use-format.ts';
import { clockText, useTimeLeft } from '../session/countdown.ts';
import { useApi, useIsAdmin } from '../session/session.tsx';
import { baseName } from '../tree/tree-path.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import type { MountAbove } from './use-mount-above.ts';

type Trouble = Exclude<MountPhase, 'ok' | 'idle'>;

const ICONS: Readonly<Record<Trouble, LucideIcon>> = {
  degraded: Unplug,
  needs_verification: ShieldQuestion,
  disabled: CirclePause,
};

const MINUTE_MS = 60_000;

interface MountTroubleProps {
  readonly mount: MountAbove;
  readonly trouble: Trouble;
  readonly onRetry: () => void;
}

/** A storage that doesn't work: what happened, why, and what to do. */
export function MountTrouble({ mount, trouble, onRetry }: MountTroubleProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const admin = useIsAdmin();
  const { reason, remedy, actionUrl, since, retryAt } = mount.state;
  const left = useTimeLeft(retryAt);
  useWhenOver(retryAt, left, onRetry);
  const [now] = useState(Date.now);
  const Icon = ICONS[trouble];
  return (
    <Notice
      urgent
      icon={<Icon size={28} />}
      title={t(`mount.title_${trouble}`, { name: baseName(mount.path) })}
      actions={
        <>
          {actionUrl !== '' && (
            <a href={actionUrl} target="_blank" rel="noreferrer" className={buttonClass('primary')}>
              <ExternalLink size={18} aria-hidden />
              {t('mount.open_check')}
            </a>
          )}
          {trouble !== 'disabled' && <Button onClick={onRetry}>{t('files.try_again')}</Button>}
          {admin && <EditStorage mountPath={mount.fullPath} />}
        </>
      }
    >
      <p className="text-text">
        {trouble === 'disabled' ? t('mount.disabled_text') : reason || t('mount.no_reason')}
      </p>
      {remedy !== '' && <p>{remedy}</p>}
      {remedy === '' && !admin && <p>{t('mount.ask_admin')}</p>}
      {since !== undefined && now - since > MINUTE_MS && (
        <p className="text-sm">{t('mount.since', { time: format.when(since, now) })}</p>
      )}
      {left > 0 && <p className="figures text-sm">{t('mount.retry_in', { time: clockText(left) })}</p>}
    </Notice>
  );
}

/** Goes on by itself when the time is over that one waited here for. */
function useWhenOver(end: number | undefined, left: number, act: () => void): void {
  const waited = useRef<number>(undefined);
  useEffect(() => {
    if (left > 0) waited.current = end;
    else if (waited.current === end && end !== undefined) {
      waited.current = undefined;
      act();
    }
  });
}

function EditStorage({ mountPath }: { mountPath: string }) {
  const { t } = useTranslation();
  const storages = useQuery(storagesQuery(useApi())).data;
  const storage = storages?.find((candidate) => candidate.mountPath === mountPath);
  if (storage === undefined) return null;
  return (
    <Link to="/manage/$" params={{ _splat: `storages/${storage.id}` }} className={buttonClass('secondary')}>
      {t('mount.edit')}
    </Link>
  );
}
