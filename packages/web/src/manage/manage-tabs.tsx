import { Link } from '@tanstack/react-router';
import { useWords } from './use-words.ts';

export type Tab = 'storages' | 'settings';

const TABS: readonly Tab[] = ['storages', 'settings'];

/** Leads from one part of Manage to another. */
export function ManageTabs({ at }: { at: Tab }) {
  const { t } = useWords();
  return (
    <nav aria-label={t('parts')} className="flex shrink-0 gap-1 border-b border-line px-3 sm:px-5">
      {TABS.map((tab) => (
        <Link
          key={tab}
          to="/manage/$"
          params={{ _splat: tab }}
          aria-current={tab === at ? 'page' : undefined}
          className="-mb-px inline-flex h-10 touch:h-12 items-center border-b-2 border-transparent px-3 text-muted hover:text-text aria-[current]:border-accent aria-[current]:font-medium aria-[current]:text-text"
        >
          {t(tab)}
        </Link>
      ))}
    </nav>
  );
}
