import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { CirclePause, type LucideIcon, ShieldQuestion, Unplug } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MountPhase } from '../api/entries.ts';
import { type StorageBrief, storagesQuery } from '../api/queries.ts';
import { useFormat } from '../format/use-format.ts';
import { clockText, useTimeLeft, useWhenOver } from '../session/countdown.ts';
import { useReasonWords } from '../reasons/reason-words.ts';
import { useApi, useIsAdmin } from '../session/session.tsx';
import { baseName } from '../tree/tree-path.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { HumanCheck } from '../verification/human-check.tsx';
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
  const { code, actionUrl, since, retryAt } = mount.state;
  const { reason, remedy } = useReasonWords()(mount.state);
  const storage = useStorageAt(mount.fullPath);
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
          {trouble !== 'disabled' && <Button onClick={onRetry}>{t('files.try_again')}</Button>}
          {storage !== undefined && <EditStorage id={storage.id} code={code} />}
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
      {storage !== undefined && actionUrl !== '' && (
        <HumanCheck id={storage.id} url={actionUrl} onPassed={onRetry} />
      )}
      {left > 0 && <p className="figures text-sm">{t('mount.retry_in', { time: clockText(left) })}</p>}
    </Notice>
  );
}

/** The storage that is mounted at a path, for admins. */
function useStorageAt(mountPath: string): StorageBrief | undefined {
  const enabled = useIsAdmin();
  const storages = useQuery({ ...storagesQuery(useApi()), enabled }).data;
  return storages?.find((candidate) => candidate.mountPath === mountPath);
}

/** Leads to the settings: right to the way out, where that is what has to change. */
function EditStorage({ id, code }: { id: number; code: string }) {
  const { t } = useTranslation();
  const params = { _splat: `storages/${id}` };
  if (code === 'share_region' || code === 'region_refused') {
    return (
      <Link to="/manage/$" params={params} hash="egress" className={buttonClass('primary')}>
        {t('mount.set_proxy')}
      </Link>
    );
  }
  return (
    <Link to="/manage/$" params={params} className={buttonClass('secondary')}>
      {t('mount.edit')}
    </Link>
  );
}
