import { useQuery } from '@tanstack/react-query';
import { CloudOff, RotateCcw, Trash2 } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { type TrashedEntry, trashPlacesQuery } from '../api/trash.ts';
import { useFormat } from '../format/use-format.ts';
import { TitleBar } from '../frame/top-bar.tsx';
import { useApi } from '../session/session.tsx';
import type { TreePath } from '../tree/tree-path.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { TrashRow } from './trash-row.tsx';
import { type Trash, useTrash } from './use-trash.ts';
import { useWords } from './use-words.ts';

const Confirm = lazy(() => import('../ui/confirm.tsx'));

/** The trashes of all storages that have one, one at a time. */
export function TrashPage() {
  const { t } = useWords();
  const { data: places } = useQuery(trashPlacesQuery(useApi()));
  const [chosen, setChosen] = useState<TreePath>();
  if (places === undefined) return <Page />;
  const place = places.find(({ path }) => path === chosen) ?? places[0];
  if (place === undefined) {
    return (
      <Page>
        <Notice icon={<Trash2 size={26} />} title={t('none')}>
          {t('none_text')}
        </Notice>
      </Page>
    );
  }
  return (
    <OneTrash key={place.path} path={place.path}>
      {places.length > 1 && (
        <select
          aria-label={t('storages')}
          value={place.path}
          onChange={(event) => setChosen(event.target.value)}
          className="h-9 touch:h-11 max-w-48 rounded-control border border-line-strong bg-surface px-2"
        >
          {places.map(({ path }) => (
            <option key={path} value={path}>
              {path}
            </option>
          ))}
        </select>
      )}
    </OneTrash>
  );
}

function Page({ actions, children }: { actions?: ReactNode; children?: ReactNode }) {
  const { t } = useWords();
  return (
    <div className="flex h-full min-h-0 flex-col">
      <TitleBar title={t('title')} actions={actions} />
      <div className="flex min-h-0 flex-1 flex-col overflow-auto">{children}</div>
    </div>
  );
}

type Asked = { readonly purge: readonly TrashedEntry[] } | 'empty';

function OneTrash({ path, children }: { path: TreePath; children: ReactNode }) {
  const { t } = useWords();
  const trash = useTrash(path);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<Asked>();
  const { entries, error, busy } = trash;
  if (entries === undefined && error !== null) {
    return (
      <Page actions={children}>
        <Notice
          urgent
          icon={<CloudOff size={26} />}
          title={t('failed')}
          actions={<Button onClick={trash.retry}>{t('try_again')}</Button>}
        >
          {error.message}
        </Notice>
      </Page>
    );
  }
  const chosen = (entries ?? []).filter(({ entry }) => selected.has(entry.id));
  const toggle = (id: string) => setSelected((old) => old.symmetricDifference(new Set([id])));
  const restore = (items: readonly TrashedEntry[]) => void trash.restore(idsOf(items));
  return (
    <Page actions={children}>
      {entries !== undefined && entries.length > 0 && (
        <ActionBar
          {...{ entries, chosen, busy, restore }}
          selectAll={(all) => setSelected(new Set(all ? idsOf(entries) : []))}
          purge={() => setAsked({ purge: chosen })}
          empty={() => setAsked('empty')}
        />
      )}
      {entries?.length === 0 && !trash.hasMore ? (
        <Notice icon={<Trash2 size={26} />} title={t('empty')}>
          {t('empty_text')}
        </Notice>
      ) : (
        <ul aria-label={t('list')}>
          {entries?.map((item) => (
            <TrashRow
              key={item.entry.id}
              item={item}
              busy={busy}
              selected={selected.has(item.entry.id)}
              onToggle={() => toggle(item.entry.id)}
              onRestore={() => restore([item])}
              onPurge={() => setAsked({ purge: [item] })}
            />
          ))}
        </ul>
      )}
      {trash.hasMore && (
        <Button className="m-4 self-center" onClick={trash.readMore}>
          {t('more')}
        </Button>
      )}
      {asked !== undefined && <Question asked={asked} trash={trash} onClose={() => setAsked(undefined)} />}
    </Page>
  );
}

interface ActionBarProps {
  readonly entries: readonly TrashedEntry[];
  readonly chosen: readonly TrashedEntry[];
  readonly busy: boolean;
  readonly selectAll: (all: boolean) => void;
  readonly restore: (items: readonly TrashedEntry[]) => void;
  readonly purge: () => void;
  readonly empty: () => void;
}

/** Above the list: all at once, what is selected, or the whole trash. */
function ActionBar({ entries, chosen, busy, selectAll, restore, purge, empty }: ActionBarProps) {
  const { t } = useWords();
  const format = useFormat();
  const all = chosen.length === entries.length;
  return (
    <div className="sticky top-0 z-10 flex min-h-12 items-center gap-3 border-b border-line bg-surface py-1.5 pr-2 pl-4 sm:px-5">
      <input
        type="checkbox"
        checked={all}
        ref={(box) => {
          if (box !== null) box.indeterminate = chosen.length > 0 && !all;
        }}
        onChange={() => selectAll(!all)}
        aria-label={t('select_all')}
        className="size-4 touch:size-5 shrink-0 accent-accent"
      />
      <p role="status" className="min-w-0 flex-1 truncate text-sm text-muted">
        {busy ? t('busy') : ''}
      </p>
      {chosen.length > 0 ? (
        <>
          <Button tone="primary" disabled={busy} onClick={() => restore(chosen)}>
            <RotateCcw size={17} aria-hidden />
            {t('restore_selected', { count: chosen.length, formatted: format.number(chosen.length) })}
          </Button>
          <Button tone="danger" disabled={busy} onClick={purge}>
            <Trash2 size={17} aria-hidden />
            <span className="max-sm:sr-only">{t('purge')}</span>
          </Button>
        </>
      ) : (
        <Button disabled={busy} onClick={empty}>
          <Trash2 size={17} aria-hidden />
          {t('empty_all')}
        </Button>
      )}
    </div>
  );
}

function Question({ asked, trash, onClose }: { asked: Asked; trash: Trash; onClose: () => void }) {
  const { t } = useWords();
  const format = useFormat();
  const items = asked === 'empty' ? [] : asked.purge;
  const words = {
    count: items.length,
    name: items[0]?.entry.name ?? '',
    formatted: format.number(items.length),
  };
  return (
    <Suspense>
      <Confirm
        title={asked === 'empty' ? t('ask_empty') : t('ask_purge', words)}
        confirm={asked === 'empty' ? t('empty_all') : t('purge')}
        cancel={t('cancel')}
        onConfirm={() => void (asked === 'empty' ? trash.empty() : trash.purge(idsOf(items)))}
        onClose={onClose}
      >
        {t(asked === 'empty' ? 'ask_empty_text' : 'ask_purge_text')}
      </Confirm>
    </Suspense>
  );
}

function idsOf(items: readonly TrashedEntry[]): string[] {
  return items.map(({ entry }) => entry.id);
}
