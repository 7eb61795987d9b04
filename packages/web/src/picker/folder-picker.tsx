import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ChevronRight, Folder, FolderPlus } from 'lucide-react';
import { type SyntheticEvent, useRef, useState } from 'react';
import { foldersKey, foldersQuery, makeFolder } from '../api/folders.ts';
import { folderKey } from '../api/queries.ts';
import { WithStrings } from '../i18n/with-strings.tsx';
import { useApi } from '../session/session.tsx';
import { baseName, childPath, ROOT, trailOf, type TreePath } from '../tree/tree-path.ts';
import { Button } from '../ui/button.tsx';
import { TextInput } from '../ui/field.tsx';
import { en } from './strings/en.ts';
import { zhCN } from './strings/zh-cn.ts';
import { useWords } from './use-words.ts';

interface FolderPickerProps {
  readonly path: TreePath;
  readonly onChange: (path: TreePath) => void;
}

/** Walks the tree to a folder: the one that is open is the chosen one. */
export function FolderPicker(props: FolderPickerProps) {
  return (
    <WithStrings namespace="picker" strings={{ en, 'zh-CN': zhCN }}>
      <Picker {...props} />
    </WithStrings>
  );
}

function Picker({ path, onChange }: FolderPickerProps) {
  const { t } = useWords();
  const trail = useRef<HTMLElement>(null);
  const open = (next: TreePath): void => {
    onChange(next);
    // The pressed button goes with its list; the keyboard goes on from where one is.
    trail.current?.focus();
  };
  return (
    <div className="flex flex-col overflow-hidden rounded-control border border-line-strong">
      <nav
        ref={trail}
        tabIndex={-1}
        aria-label={t('where')}
        className="flex flex-wrap items-center gap-0.5 border-b border-line bg-canvas px-1.5 py-1 outline-none"
      >
        {trailOf(path).map((at, index) => (
          <span key={at} className="flex min-w-0 items-center">
            {index > 0 && <ChevronRight size={14} aria-hidden className="shrink-0 text-faint" />}
            <button
              type="button"
              aria-current={at === path ? 'location' : undefined}
              onClick={() => open(at)}
              className="max-w-40 touch:min-h-11 min-h-8 truncate rounded-control px-1.5 text-muted hover:bg-hover aria-[current]:font-medium aria-[current]:text-text"
            >
              {at === ROOT ? t('all') : baseName(at)}
            </button>
          </span>
        ))}
      </nav>
      <Folders path={path} open={open} />
      {path !== ROOT && <NewFolder key={path} path={path} open={open} />}
    </div>
  );
}

interface FoldersProps {
  readonly path: TreePath;
  readonly open: (path: TreePath) => void;
}

function Folders({ path, open }: FoldersProps) {
  const { t } = useWords();
  const { data, error, refetch } = useQuery(foldersQuery(useApi(), path));
  return (
    <div className="h-48 overflow-auto p-1">
      {data === undefined && error !== null && (
        <div role="alert" className="flex flex-col items-start gap-2 p-2 text-bad">
          <p className="wrap-anywhere">{t('failed', { reason: error.message })}</p>
          <Button onClick={() => void refetch()}>{t('try_again')}</Button>
        </div>
      )}
      {data === undefined && error === null && (
        <p role="status" className="animate-late p-2 text-muted">
          {t('loading')}
        </p>
      )}
      {data?.length === 0 && <p className="p-2 text-muted">{t('none')}</p>}
      <ul aria-label={t('folders', { path })}>
        {data?.map((name) => (
          <li key={name}>
            <button
              type="button"
              onClick={() => open(childPath(path, name))}
              className="flex h-9 touch:h-11 w-full items-center gap-2.5 rounded-control px-2 text-left hover:bg-hover"
            >
              <Folder size={18} aria-hidden className="shrink-0 fill-kind-folder/25 text-kind-folder" />
              <span className="min-w-0 flex-1 truncate whitespace-pre">{name}</span>
              <ChevronRight size={16} aria-hidden className="shrink-0 text-faint" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function NewFolder({ path, open }: FoldersProps) {
  const { t } = useWords();
  const api = useApi();
  const queries = useQueryClient();
  const [name, setName] = useState<string>();
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const make = async (wanted: string): Promise<void> => {
    if (wanted === '' || /[/\\]/.test(wanted)) return setProblem(t('bad_name'));
    setBusy(true);
    try {
      await makeFolder(api, childPath(path, wanted));
      void queries.invalidateQueries({ queryKey: foldersKey(path) });
      void queries.invalidateQueries({ queryKey: folderKey(path) });
      open(childPath(path, wanted));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();

    void make((name ?? '').trim());
  };
  if (name === undefined) {
    return (
      <Button tone="quiet" className="m-1 self-start" onClick={() => setName('')}>
        <FolderPlus size={17} aria-hidden />
        {t('new_folder')}
      </Button>
    );
  }
  return (
    <div className="border-t border-line p-2">
      <div className="flex gap-2">
        <div className="flex-1">
          <TextInput
            autoFocus
            aria-label={t('name')}
            aria-invalid={problem !== ''}
            placeholder={t('name')}
            value={name}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
            onKeyDown={(event) => event.key === 'Enter' && submit(event)}
          />
        </div>
        <Button className="h-10!" disabled={busy} onClick={submit}>
          {t('make')}
        </Button>
      </div>
      {problem !== '' && (
        <p role="alert" className="mt-1 text-sm text-bad wrap-anywhere">
          {problem}
        </p>
      )}
    </div>
  );
}
