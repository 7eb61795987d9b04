import { CloudDownload } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../session/session.tsx';
import type { TreePath } from '../tree/tree-path.ts';
import { useFetch } from './fetch-context.ts';

/** Opens the dialog for links, for the folder that is looked at. */
export function FetchButton({ folder }: { folder: TreePath }) {
  const { t } = useTranslation();
  const fetch = useFetch();
  const me = useMe();
  if (me?.canFetch !== true || me.role === 'guest') return null;
  return (
    <button
      type="button"
      aria-label={t('files.fetch')}
      title={t('files.fetch')}
      onClick={() => fetch({ text: '', folder, pasted: false })}
      className="inline-flex size-14 items-center justify-center rounded-full border border-line bg-raised text-accent shadow-float transition-colors hover:bg-hover active:bg-pressed"
    >
      <CloudDownload size={25} aria-hidden />
    </button>
  );
}
