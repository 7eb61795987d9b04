import { useQuery } from '@tanstack/react-query';
import { Share2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { detailsQuery } from '../api/queries.ts';
import { useApi } from '../session/session.tsx';
import { LazyShareDialog } from '../share-out/lazy.tsx';
import type { TreePath } from '../tree/tree-path.ts';
import { Button } from '../ui/button.tsx';

/** Opens an entry to others, where its cloud makes shares and this person may make them. */
export function ShareAction({ path }: { path: TreePath }) {
  const { t } = useTranslation();
  const { data } = useQuery(detailsQuery(useApi(), path));
  const [open, setOpen] = useState(false);
  if (data?.canShare !== true) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Share2 size={18} aria-hidden />
        {t('file.share')}
      </Button>
      {open && <LazyShareDialog path={path} onClose={() => setOpen(false)} />}
    </>
  );
}
