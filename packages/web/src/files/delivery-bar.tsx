import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Delivery } from '../api/entries.ts';
import { DeliveryChip } from './details/delivery-fact.tsx';
import { DeliveryReason } from './details/delivery-reason.tsx';

interface DeliveryBarProps {
  readonly provider: string;
  readonly delivery: Delivery;
}

/** Below a film: how its bytes come. Pressed, it says why. */
export function DeliveryBar({ provider, delivery }: DeliveryBarProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <div className="flex shrink-0 flex-col gap-1.5 border-t border-line px-4 py-1.5">
      <button
        type="button"
        className="min-h-8 self-start rounded-full"
        aria-label={t('delivery.explain')}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <DeliveryChip provider={provider} mode={delivery.mode} />
      </button>
      {open && <DeliveryReason delivery={delivery} />}
    </div>
  );
}
