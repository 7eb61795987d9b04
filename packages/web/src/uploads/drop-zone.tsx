import { UploadCloud } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TreePath } from '../tree/tree-path.ts';
import { useToasts } from '../ui/toaster.tsx';
import { droppedFiles } from './picked-files.ts';
import { useUploads } from './uploads-context.tsx';

/** Takes files and folders that are dropped anywhere on the page, and shows that it would. */
export function DropZone({ folder }: { folder: TreePath }) {
  const { t } = useTranslation('uploads');
  const uploads = useUploads();
  const toasts = useToasts();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const onOver = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setOver(true);
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      setOver(false);
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      droppedFiles(event.dataTransfer).then(
        (files) => uploads.add(folder, files),
        () => toasts.show(t('unreadable'), 'bad'),
      );
    };
    addEventListener('dragover', onOver);
    addEventListener('dragleave', onLeave);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragover', onOver);
      removeEventListener('dragleave', onLeave);
      removeEventListener('drop', onDrop);
    };
  }, [folder, uploads, toasts, t]);
  if (!over) return null;
  return (
    <div className="pointer-events-none absolute inset-2 z-20 flex animate-appear flex-col items-center justify-center gap-3 rounded-panel border-2 border-dashed border-accent bg-surface/85 text-accent">
      <UploadCloud size={40} aria-hidden />
      <p className="text-lg font-medium">{t('drop')}</p>
    </div>
  );
}
