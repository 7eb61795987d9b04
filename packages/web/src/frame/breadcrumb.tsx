import { Link, useNavigate } from '@tanstack/react-router';
import { ChevronRight, Ellipsis } from 'lucide-react';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { baseName, ROOT, splatOf, trailOf, type TreePath } from '../tree/tree-path.ts';
import { IconButton } from '../ui/button.tsx';
import { Menu } from '../ui/menu.tsx';

/** With more folders than this, those in the middle go into a menu. */
const MOST_SHOWN = 4;

/** Where one is in the tree; each step leads to its folder. */
export function Breadcrumb({ path }: { path: TreePath }) {
  const { t } = useTranslation();
  const trail = trailOf(path);
  const folded = trail.length > MOST_SHOWN ? trail.slice(1, trail.length - 2) : [];
  const shown = trail.filter((step) => !folded.includes(step));
  return (
    <nav aria-label={t('nav.breadcrumb')} className="min-w-0 flex-1">
      <ol className="flex min-w-0 items-center text-lg">
        {shown.map((step, index) => (
          <Fragment key={step}>
            {index === 1 && folded.length > 0 && <FoldedSteps steps={folded} />}
            <Step path={step} current={step === path} first={index === 0} />
          </Fragment>
        ))}
      </ol>
    </nav>
  );
}

function Step({ path, current, first }: { path: TreePath; current: boolean; first: boolean }) {
  const { t } = useTranslation();
  const name = path === ROOT ? t('nav.files') : baseName(path);
  return (
    <li className={first ? 'flex shrink-0 items-center' : 'flex min-w-8 items-center last:min-w-24'}>
      {!first && <Separator />}
      {current ? (
        <h1 aria-current="page" title={name} className="truncate px-1.5 font-semibold whitespace-pre">
          {name}
        </h1>
      ) : (
        <Link
          to="/files/$"
          params={{ _splat: splatOf(path) }}
          title={name}
          className="truncate rounded-control px-1.5 py-1 whitespace-pre text-muted transition-colors hover:bg-hover hover:text-text"
        >
          {name}
        </Link>
      )}
    </li>
  );
}

function FoldedSteps({ steps }: { steps: readonly TreePath[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <li className="flex shrink-0 items-center">
      <Separator />
      <Menu
        items={steps.map((step) => ({
          type: 'action',
          id: step,
          text: baseName(step),
          onSelect: () => void navigate({ to: '/files/$', params: { _splat: splatOf(step) } }),
        }))}
        trigger={(props) => (
          <IconButton
            label={t('nav.more_folders')}
            icon={<Ellipsis size={18} />}
            className="size-8!"
            {...props}
          />
        )}
      />
    </li>
  );
}

function Separator() {
  return <ChevronRight size={16} aria-hidden className="shrink-0 text-faint" />;
}
