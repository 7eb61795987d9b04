import { Link2, Waypoints, Zap } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Delivery, EntryDetails } from '../../api/entries.ts';
import { absoluteUrl, downloadUrl, gatewayUrl } from '../../api/file-links.ts';
import { Button } from '../../ui/button.tsx';
import { useCopy } from '../use-links.ts';
import { DeliveryReason } from './delivery-reason.tsx';
import { Fact } from './fact.tsx';

/** Which cloud a driver's bytes come from. */
const CLOUDS: Readonly<Record<string, string>> = { PikPak: 'PikPak', PikPakShare: 'PikPak' };

interface DeliveryFactProps {
  readonly file: EntryDetails;
  readonly delivery: Delivery;
}

/** How a file's bytes reach this browser and why, with the two addresses. */
export function DeliveryFact({ file, delivery }: DeliveryFactProps) {
  const { t } = useTranslation();
  const copy = useCopy();
  const copyUrl = (url: string) =>
    copy(absoluteUrl(url, location.origin), t('copy.link_copied', { count: 1 }));
  return (
    <Fact name={t('details.delivery')}>
      <p className="mt-1">
        <DeliveryChip provider={file.provider} mode={delivery.mode} />
      </p>
      <div className="mt-1.5">
        <DeliveryReason delivery={delivery} />
      </div>
      {delivery.mode === 'redirect' && <p className="mt-1 text-sm text-muted">{t('delivery.save_note')}</p>}
      <div className="mt-2 -ml-2 flex flex-col items-start">
        <Button tone="quiet" className="h-8! px-2!" onClick={() => copyUrl(downloadUrl(file))}>
          <Link2 size={16} aria-hidden />
          {t('delivery.direct_link')}
        </Button>
        <Button tone="quiet" className="h-8! px-2!" onClick={() => copyUrl(gatewayUrl(file))}>
          <Link2 size={16} aria-hidden />
          {t('delivery.gateway_link')}
        </Button>
      </div>
    </Fact>
  );
}

/** One word for how bytes come. */
export function DeliveryChip({ provider, mode }: { provider: string; mode: Delivery['mode'] }) {
  const { t } = useTranslation();
  const cloud = CLOUDS[provider];
  const words = {
    redirect: cloud === undefined ? t('delivery.direct_cloud') : t('delivery.direct', { provider: cloud }),
    proxy: t('delivery.gateway'),
    proxy_url: t('delivery.proxy_url'),
  };
  const Icon = mode === 'redirect' ? Zap : Waypoints;
  return (
    <span className="inline-flex items-center gap-1.5 rounded-full bg-accent-soft py-0.5 pr-2.5 pl-2 text-sm text-accent">
      <Icon size={14} aria-hidden />
      {words[mode]}
    </span>
  );
}
