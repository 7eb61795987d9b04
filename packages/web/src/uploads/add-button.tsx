import { FilePlus, FolderPlus, FolderUp, Plus } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { WithStrings } from '../i18n/with-strings.tsx';
import type { TreePath } from '../tree/tree-path.ts';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { DropZone } from './drop-zone.tsx';
import { chosenFiles } from './picked-files.ts';
import { en } from './strings/en.ts';
import { zhCN } from './strings/zh-cn.ts';
import { useUploads } from './uploads-context.tsx';

const NewFolder = lazy(() => import('./new-folder.tsx'));

export interface FolderUploadsProps {
  readonly folder: TreePath;
  /** Something else floats there. */
  readonly quiet: boolean;
  /** What stands beside the button. */
  readonly children?: ReactNode;
}

/** What brings something into a folder: the buttons at the lower right, and dropping files. */
export function FolderUploads({ folder, quiet, children }: FolderUploadsProps) {
  return (
    <WithStrings namespace="uploads" strings={{ en, 'zh-CN': zhCN }}>
      <DropZone folder={folder} />
      {!quiet && (
        <div className="absolute right-4 bottom-4 z-10 flex gap-3 md:right-6 md:bottom-12">
          <AddButton folder={folder} />
          {children}
        </div>
      )}
    </WithStrings>
  );
}

function AddButton({ folder }: { folder: TreePath }) {
  const { t } = useTranslation('uploads');
  const uploads = useUploads();
  const [making, setMaking] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folders = useRef<HTMLInputElement>(null);
  const items: MenuItem[] = [
    action('files', t('files'), <FilePlus size={16} />, () => files.current?.click()),
    action('folder', t('folder'), <FolderUp size={16} />, () => folders.current?.click()),
    action('new', t('new_folder'), <FolderPlus size={16} />, () => setMaking(true)),
  ];
  const take = (input: HTMLInputElement) => {
    uploads.add(folder, chosenFiles(input.files));
    input.value = ''; // so that the same file can be chosen again
  };
  return (
    <div>
      <input ref={files} type="file" multiple hidden onChange={(event) => take(event.currentTarget)} />
      <input
        ref={folders}
        type="file"
        hidden
        {...{ webkitdirectory: '' }}
        onChange={(event) => take(event.currentTarget)}
      />
      <Menu
        items={items}
        trigger={(props) => (
          <button
            type="button"
            aria-label={t('add')}
            title={t('add')}
            className="inline-flex size-14 items-center justify-center rounded-full bg-accent text-on-accent shadow-float transition-colors hover:bg-accent-strong"
            {...props}
          >
            <Plus size={26} aria-hidden />
          </button>
        )}
      />
      {making && (
        <Suspense>
          <NewFolder folder={folder} onClose={() => setMaking(false)} />
        </Suspense>
      )}
    </div>
  );
}

function action(id: string, text: string, icon: ReactNode, onSelect: () => void): MenuItem {
  return { type: 'action', id, text, icon, onSelect };
}
