import { useTranslation } from 'react-i18next';
import type { Delivery } from '../../api/entries.ts';
import { en } from '../../strings/en.ts';

type Code = keyof typeof en.delivery.why;

function isCode(code: string): code is Code {
  return Object.hasOwn(en.delivery.why, code);
}

/** Why a file's bytes come as they do, with the two addresses where the gateway told them. */
export function DeliveryReason({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const { code, reason, client, egress } = delivery;
  const told = client !== '' || egress !== '';
  const unknown = t('delivery.unknown_address');
  return (
    <div className="text-sm text-muted">
      <p>{isCode(code) ? t(`delivery.why.${code}`) : reason}</p>
      {told && (
        <dl className="figures mt-1 grid grid-cols-[auto_1fr] gap-x-3">
          <dt>{t('delivery.your_address')}</dt>
          <dd>{client || unknown}</dd>
          <dt>{t('delivery.gateway_address')}</dt>
          <dd>{egress || unknown}</dd>
        </dl>
      )}
    </div>
  );
}
