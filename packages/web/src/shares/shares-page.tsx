import { Link } from '@tanstack/react-router';
import { CloudOff, FolderSymlink, Plus } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { Share, ShareList, ShareState } from '../api/shares.ts';
import { useFormat } from '../format/use-format.ts';
import { TitleBar } from '../frame/top-bar.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { ActionBar, StateFilter } from './share-bars.tsx';
import { ShareRow } from './share-row.tsx';
import { useShares } from './use-shares.ts';
import { useWords } from './use-words.ts';

const Confirm = lazy(() => import('../ui/confirm.tsx'));

/** Rows that are drawn before somebody asks for more. */
const PAGE = 300;

/** All shares that are mounted, by state. */
export function SharesPage() {
  const { t } = useWords();
  const { data, error, refetch, busy, act } = useShares();
  if (data === undefined) {
    if (error === null) return <Page />;
    const retry = <Button onClick={() => void refetch()}>{t('try_again')}</Button>;
    return (
      <Page>
        <Notice urgent icon={<CloudOff size={26} />} title={t('failed')} actions={retry}>
          {error.message}
        </Notice>
      </Page>
    );
  }
  if (data.shares.length === 0) {
    return (
      <Page>
        <Notice icon={<FolderSymlink size={26} />} title={t('none')} actions={<AddLink />}>
          {t('none_text')}
        </Notice>
      </Page>
    );
  }
  return <Listed list={data} busy={busy} act={act} />;
}

function Page({ children }: { children?: ReactNode }) {
  const { t } = useWords();
  return (
    <div className="flex h-full min-h-0 flex-col">
      <TitleBar title={t('title')} actions={<AddLink />} />
      <div className="flex min-h-0 flex-1 flex-col overflow-auto">{children}</div>
    </div>
  );
}

function AddLink() {
  const { t } = useWords();
  return (
    <Link to="/shares/import" className={buttonClass('primary', 'mr-1')}>
      <Plus size={18} aria-hidden />
      {t('add')}
    </Link>
  );
}

interface ListedProps {
  readonly list: ShareList;
  readonly busy: boolean;
  readonly act: ReturnType<typeof useShares>['act'];
}

function Listed({ list, busy, act }: ListedProps) {
  const { t } = useWords();
  const [filter, setFilter] = useState<ShareState>();
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const [shown, setShown] = useState(PAGE);
  const [asked, setAsked] = useState<readonly Share[]>();
  const matching = list.shares.filter(({ state }) => filter === undefined || state === filter);
  const drawn = matching.slice(0, shown);
  const chosen = matching.filter(({ id }) => selected.has(id));
  const run = (action: 'check' | 'disable' | 'delete', shares: readonly Share[]) => {
    setSelected(new Set());
    void act(action, shares);
  };
  return (
    <Page>
      <div className="sticky top-0 z-10 border-b border-line bg-surface">
        <StateFilter list={list} filter={filter} onChange={setFilter} />
        <ActionBar
          {...{ matching, chosen, busy, run }}
          pending={list.pending}
          selectAll={(all) => setSelected(new Set(all ? matching.map(({ id }) => id) : []))}
          remove={() => setAsked(chosen)}
        />
      </div>
      <ul aria-label={t('list')}>
        {drawn.map((share) => (
          <ShareRow
            key={share.id}
            share={share}
            selected={selected.has(share.id)}
            onToggle={() => setSelected((old) => old.symmetricDifference(new Set([share.id])))}
          />
        ))}
      </ul>
      {matching.length === 0 && <p className="p-6 text-center text-muted">{t('no_match')}</p>}
      {matching.length > shown && (
        <Button className="m-4 self-center" onClick={() => setShown(shown + PAGE)}>
          {t('more')}
        </Button>
      )}
      {asked !== undefined && (
        <Question shares={asked} onConfirm={() => run('delete', asked)} onClose={() => setAsked(undefined)} />
      )}
    </Page>
  );
}

interface QuestionProps {
  readonly shares: readonly Share[];
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

function Question({ shares, onConfirm, onClose }: QuestionProps) {
  const { t } = useWords();
  const format = useFormat();
  const words = {
    count: shares.length,
    formatted: format.number(shares.length),
    path: shares[0]?.mountPath ?? '',
  };
  return (
    <Suspense>
      <Confirm
        title={t('ask_remove', words)}
        confirm={t('remove')}
        cancel={t('cancel')}
        onConfirm={onConfirm}
        onClose={onClose}
      >
        {t('ask_remove_text')}
      </Confirm>
    </Suspense>
  );
}
