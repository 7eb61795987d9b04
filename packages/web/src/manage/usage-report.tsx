import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { type Amount, TRANSFER_KINDS, type Usage, usageQuery } from '../api/usage.ts';
import { useFormat } from '../format/use-format.ts';
import { useApi, useMe } from '../session/session.tsx';
import { asSeenBelow } from '../tree/tree-path.ts';
import { classes } from '../ui/classes.ts';
import type { Storage } from './storages.ts';
import { en } from './strings/en.ts';
import { useWords } from './use-words.ts';

/** What the account behind a storage has used, and what will be in the way soon. Nothing for storages that don't tell or don't work. */
export function UsageReport({ storage }: { storage: Storage }) {
  const path = asSeenBelow(useMe()?.basePath ?? '/', storage.mountPath);
  // One that was never used is left alone: to ask would sign it in.
  const asked = path !== undefined && storage.state.state === 'ok';
  const { data } = useQuery({ ...usageQuery(useApi(), path ?? '/'), enabled: asked });
  if (!asked || data === undefined) return null;
  return (
    <>
      {data.space !== undefined && <SpaceBar space={data.space} />}
      <Allowances usage={data} />
      <Warnings usage={data} />
    </>
  );
}

function SpaceBar({ space }: { space: NonNullable<Usage['space']> }) {
  const { t } = useWords();
  const format = useFormat();
  const { used, total, trashed } = space;
  const kept = Math.max(0, used - trashed);
  const words = [
    total === undefined
      ? t('usage.space_used', { used: format.size(used) })
      : t('usage.space', { used: format.size(used), total: format.size(total) }),
    ...(trashed > 0 ? [t('usage.trashed', { size: format.size(trashed) })] : []),
  ].join(' · ');
  const part = (bytes: number) =>
    total === undefined || total === 0 ? '0%' : `${Math.min(100, (bytes / total) * 100)}%`;
  return (
    <div className="flex flex-col gap-1.5">
      {total !== undefined && (
        <div
          role="meter"
          aria-label={t('usage.space_label')}
          aria-valuemin={0}
          aria-valuemax={total}
          aria-valuenow={Math.min(used, total)}
          aria-valuetext={words}
          className="flex h-2 overflow-hidden rounded-full bg-hover"
        >
          <div
            className={classes(used >= total * 0.9 ? 'bg-warn' : 'bg-accent')}
            style={{ width: part(kept) }}
          />
          <div className="bg-faint" style={{ width: part(trashed) }} />
        </div>
      )}
      <p className="figures text-sm text-muted">{words}</p>
    </div>
  );
}

function Allowances({ usage: { offlineJobs, transfer, plan, paidUntil } }: { usage: Usage }) {
  const { t } = useWords();
  const format = useFormat();
  const facts: [string, string][] = [];
  const told = (amount: Amount, words: (value: number) => string) =>
    amount.total === undefined
      ? words(amount.used)
      : t('usage.of', { used: words(amount.used), total: words(amount.total) });
  if (offlineJobs !== undefined) facts.push([t('usage.offline_jobs'), told(offlineJobs, format.number)]);
  for (const kind of TRANSFER_KINDS) {
    const amount = transfer[kind];
    // A plan without it says 0 of 0.
    if (amount !== undefined && (amount.used > 0 || amount.total !== 0)) {
      facts.push([t(`usage.${kind}`), told(amount, format.size)]);
    }
  }
  if (plan !== '') facts.push([t('usage.plan'), plan]);
  if (paidUntil !== undefined) facts.push([t('usage.paid_until'), format.day(paidUntil)]);
  if (facts.length === 0) return null;
  return (
    <dl className="figures grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

type WarningCode = keyof typeof en.usage.warning;

function isKnown(code: string): code is WarningCode {
  return Object.hasOwn(en.usage.warning, code);
}

function Warnings({ usage: { warnings } }: { usage: Usage }) {
  const { t } = useWords();
  if (warnings.length === 0) return null;
  return (
    <ul role="status" className="flex flex-col gap-1.5 rounded-panel bg-warn-soft p-3">
      {warnings.map(({ code, message }) => (
        <li key={code} className="flex gap-2 text-pretty">
          <TriangleAlert size={18} aria-hidden className="mt-0.5 shrink-0 text-warn" />
          {isKnown(code) ? t(`usage.warning.${code}`) : message}
        </li>
      ))}
    </ul>
  );
}
