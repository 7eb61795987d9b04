import { useQuery } from '@tanstack/react-query';
import { Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../../api/entries.ts';
import { detailsQuery } from '../../api/queries.ts';
import { useFormat } from '../../format/use-format.ts';
import { useApi } from '../../session/session.tsx';
import { extensionOf, type TreePath } from '../../tree/tree-path.ts';
import { IconButton } from '../../ui/button.tsx';
import { StateDot } from '../../ui/state-dot.tsx';
import { Thumbnail } from '../entry-icon.tsx';
import { FileActions } from '../file-actions.tsx';
import { ShareAction } from '../share-action.tsx';
import { useCopy } from '../use-links.ts';
import { DeliveryFact } from './delivery-fact.tsx';
import { Fact } from './fact.tsx';

/** All that is known of one entry. */
export function EntryFacts({ path, entry }: { path: TreePath; entry: Entry }) {
  const { t } = useTranslation();
  const format = useFormat();
  const details = useQuery({ ...detailsQuery(useApi(), path), enabled: !entry.isFolder });
  const known = details.data ?? entry;
  const extension = extensionOf(entry.name).toUpperCase();
  const kind = t(`kind.${entry.kind}`);
  const showType = entry.isFolder || extension === '' ? kind : t('kind.with_extension', { kind, extension });
  return (
    <div className="flex flex-col gap-4 p-5">
      <div className="flex h-40 items-center justify-center overflow-hidden rounded-panel bg-canvas">
        <Thumbnail entry={entry} iconSize={56} />
      </div>
      <h3 className="text-lg font-semibold wrap-anywhere whitespace-pre-wrap">{entry.name}</h3>
      <div className="flex flex-wrap gap-2 empty:hidden">
        {!entry.isFolder && <FileActions file={entry} />}
        <ShareAction path={path} />
      </div>
      <dl className="flex flex-col gap-3">
        {entry.mount !== undefined && (
          <Fact name={t('details.state')}>
            <StateDot state={entry.mount.state} />
            {entry.mount.reason !== '' && <p className="mt-1 text-muted">{entry.mount.reason}</p>}
          </Fact>
        )}
        <Fact name={t('details.type')}>{showType}</Fact>
        {!entry.isFolder && <SizeFact bytes={entry.size} />}
        {known.modified !== undefined && (
          <Fact name={t('details.modified')}>{format.moment(known.modified)}</Fact>
        )}
        {known.created !== undefined && (
          <Fact name={t('details.created')}>{format.moment(known.created)}</Fact>
        )}
        {details.data?.delivery !== undefined && (
          <DeliveryFact file={details.data} delivery={details.data.delivery} />
        )}
        <Fact name={t('details.path')}>
          <Copyable text={path} label={t('details.copy_path')} />
        </Fact>
        {known.hashes.map(([kind, value]) => (
          <Fact key={kind} name={kind.toUpperCase()}>
            <Copyable mono text={value} label={t('details.copy_hash', { kind: kind.toUpperCase() })} />
          </Fact>
        ))}
      </dl>
      {details.error !== null && (
        <p className="text-sm text-bad">{t('details.failed', { reason: details.error.message })}</p>
      )}
    </div>
  );
}

/** Several entries together. */
export function ManyFacts({ entries }: { entries: readonly Entry[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const files = entries.filter((entry) => !entry.isFolder);
  const folders = entries.length - files.length;
  const counted = (count: number) => ({ count, formatted: format.number(count) });
  const parts = [
    ...(folders > 0 ? [t('details.folders', counted(folders))] : []),
    ...(files.length > 0 ? [t('details.files', counted(files.length))] : []),
  ];
  const size = format.size(files.reduce((sum, file) => sum + file.size, 0));
  return (
    <div className="flex flex-col gap-1 p-5">
      <h3 className="figures text-lg font-semibold">{t('details.many', counted(entries.length))}</h3>
      <p className="figures text-muted">
        {files.length > 0 ? t('details.many_text', { what: format.list(parts), size }) : format.list(parts)}
      </p>
    </div>
  );
}

function SizeFact({ bytes }: { bytes: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Fact name={t('details.size')}>
      {bytes >= 1000 && `${format.size(bytes)} · `}
      {t('details.bytes', { count: bytes, formatted: format.number(bytes) })}
    </Fact>
  );
}

function Copyable({ text, label, mono = false }: { text: string; label: string; mono?: boolean }) {
  const { t } = useTranslation();
  const copy = useCopy();
  return (
    <span className="flex items-start gap-1">
      <span className={mono ? 'min-w-0 flex-1 pt-1 font-mono text-xs break-all' : 'min-w-0 flex-1 pt-1'}>
        {text}
      </span>
      <IconButton
        label={label}
        icon={<Copy size={15} />}
        className="size-7! touch:size-10!"
        onClick={() => copy(text, t('copy.copied'))}
      />
    </span>
  );
}
