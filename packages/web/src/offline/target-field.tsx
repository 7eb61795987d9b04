import { Folder } from 'lucide-react';
import { useState } from 'react';
import { FolderPicker } from '../picker/folder-picker.tsx';
import type { TreePath } from '../tree/tree-path.ts';
import { Button } from '../ui/button.tsx';
import { useWords } from './use-words.ts';

interface TargetFieldProps {
  readonly path: TreePath;
  readonly onChange: (path: TreePath) => void;
}

/** The folder that things go to; opens into a picker. */
export function TargetField({ path, onChange }: TargetFieldProps) {
  const { t } = useWords();
  const [choosing, setChoosing] = useState(false);
  return (
    <div role="group" aria-label={t('target')} className="flex flex-col gap-1.5">
      <p className="font-medium">{t('target')}</p>
      <div className="flex items-center gap-2">
        <Folder size={18} aria-hidden className="shrink-0 fill-kind-folder/25 text-kind-folder" />
        <p className="min-w-0 flex-1 wrap-anywhere">{path}</p>
        <Button aria-expanded={choosing} onClick={() => setChoosing(!choosing)}>
          {t(choosing ? 'done_choosing' : 'change')}
        </Button>
      </div>
      {choosing && <FolderPicker path={path} onChange={onChange} />}
    </div>
  );
}
