import { Download, Info, Link2, Trash2, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/use-format.ts';
import type { Arranging } from '../arranging/use-arranging.tsx';
import { usePreference } from '../preferences/preferences.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { useToasts } from '../ui/toaster.tsx';
import { MOST_DOWNLOADS, useCopyLinks, useDownload } from './use-links.ts';
import { ArrangeButtons } from './arrange-buttons.tsx';
import type { Removing } from './removing.tsx';
import type { ListControl } from './use-list-control.ts';

interface SelectionBarProps {
  readonly control: ListControl;
  readonly removing: Removing;
  readonly arranging: Arranging;
}

/** What can be done with what is selected; floats above the list's end. */
export function SelectionBar({ control, removing, arranging }: SelectionBarProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const toasts = useToasts();
  const download = useDownload();
  const copyLinks = useCopyLinks();
  const [detailsOpen, setDetailsOpen] = usePreference('detailsOpen');
  const { selected } = control;
  if (selected.length === 0) return null;
  const files = selected.filter((entry) => !entry.isFolder);
  const folders = selected.length - files.length;
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const refusal =
    files.length === 0
      ? t('selection.no_files')
      : files.length > MOST_DOWNLOADS
        ? t('selection.too_many', { most: format.number(MOST_DOWNLOADS) })
        : undefined;
  const start = () => {
    download(files);
    if (folders > 0) {
      toasts.show(t('selection.skipped', { count: folders, formatted: format.number(folders) }), 'bad');
    }
  };
  return (
    <section
      aria-label={t('selection.label')}
      className="absolute inset-x-3 bottom-3 z-20 mx-auto flex max-w-xl animate-rise items-center gap-1 rounded-panel border border-line bg-raised py-1.5 pr-2 pl-1.5 shadow-float md:bottom-11"
    >
      <IconButton
        label={t('selection.clear')}
        shortcut="Esc"
        icon={<X size={20} />}
        onClick={control.clear}
      />
      <p role="status" className="figures min-w-0 flex-1 truncate">
        <span className="font-medium">
          {t('selection.count', { count: selected.length, formatted: format.number(selected.length) })}
        </span>
        {size > 0 && <span className="text-muted max-sm:hidden"> · {format.size(size)}</span>}
      </p>
      <IconButton
        label={t('selection.details')}
        icon={<Info size={20} />}
        aria-pressed={detailsOpen}
        onClick={() => setDetailsOpen(!detailsOpen)}
      />
      <IconButton
        label={t('selection.copy', { count: files.length })}
        icon={<Link2 size={20} />}
        disabled={files.length === 0}
        onClick={() => copyLinks(files)}
      />
      <ArrangeButtons {...{ selected, arranging }} />
      {removing.offered && (
        <IconButton
          label={t('remove.action')}
          shortcut="Delete"
          icon={<Trash2 size={20} />}
          onClick={() => removing.start(selected)}
        />
      )}
      <Button tone="primary" disabled={refusal !== undefined} title={refusal} onClick={start}>
        <Download size={18} aria-hidden />
        <span className="max-sm:sr-only">
          {t('selection.download', {
            count: Math.max(1, files.length),
            formatted: format.number(files.length),
          })}
        </span>
      </Button>
    </section>
  );
}
