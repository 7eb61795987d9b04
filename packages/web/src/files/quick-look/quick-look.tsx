import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../../api/entries.ts';
import { gatewayUrl } from '../../api/file-links.ts';
import { useFormat } from '../../format/use-format.ts';
import type { TreePath } from '../../tree/tree-path.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EntryIcon } from '../entry-icon.tsx';
import { FileActions } from '../file-actions.tsx';
import { clampIndex } from '../keyboard.ts';
import type { ListControl } from '../use-list-control.ts';

export interface QuickLookProps {
  readonly control: ListControl;
  readonly folder: TreePath;
  readonly open: (entry: Entry) => void;
  readonly onClose: () => void;
}

const STEPS: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };

/** Shows the entry with the cursor large; the arrows go on to the next, space closes. */
export default function QuickLook({ control, open, onClose }: QuickLookProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const entry = control.entries[control.cursor];
  if (entry === undefined) return null;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const ownKeys = event.target instanceof HTMLMediaElement;
    if (step !== undefined && !ownKeys) {
      event.preventDefault();
      control.select(clampIndex(control.cursor + step, control.entries.length), 'only');
    } else if (event.key === ' ' && !(event.target instanceof HTMLButtonElement) && !ownKeys) {
      event.preventDefault();
      onClose();
    }
  };
  return (
    <Dialog title={entry.name} closeLabel={t('preview.close')} shape="wide" {...{ onClose, onKeyDown }}>
      <div className="flex flex-col">
        <div className="flex h-[min(60dvh,36rem)] items-center justify-center bg-canvas">
          <Look key={entry.fullPath} entry={entry} />
        </div>
        <footer className="flex flex-wrap items-center justify-between gap-3 border-t border-line px-5 py-3">
          <p className="figures text-muted">
            {entry.isFolder ? t('kind.folder') : format.size(entry.size)}
            {entry.modified !== undefined && ` · ${format.moment(entry.modified)}`}
          </p>
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => open(entry)}>{t('file.open')}</Button>
            {!entry.isFolder && <FileActions file={entry} />}
          </div>
        </footer>
      </div>
    </Dialog>
  );
}

/** What the browser can show by itself, through the gateway. */
function Look({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const [broken, setBroken] = useState(false);
  const fallback = () => setBroken(true);
  const url = gatewayUrl(entry);
  if (!broken && entry.kind === 'image') {
    return (
      <img src={url} alt={entry.name} onError={fallback} className="max-h-full max-w-full object-contain" />
    );
  }
  if (!broken && entry.kind === 'video') {
    return (
      <video
        src={url}
        poster={entry.thumb}
        controls
        preload="metadata"
        onError={fallback}
        className="size-full"
      />
    );
  }
  if (!broken && entry.kind === 'audio') {
    return <audio src={url} controls preload="metadata" onError={fallback} className="w-[min(32rem,90%)]" />;
  }
  return (
    <div className="flex flex-col items-center gap-4 p-6 text-center text-muted">
      <EntryIcon entry={entry} size={72} />
      {!entry.isFolder && <p>{t('preview.none')}</p>}
    </div>
  );
}
