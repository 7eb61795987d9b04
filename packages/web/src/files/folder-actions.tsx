import {
  ArrowDownUp,
  EllipsisVertical,
  LayoutGrid,
  List,
  ListFilter,
  PanelRight,
  RefreshCw,
  Rows3,
  X,
} from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGlobalKey } from '../frame/keyboard-help.tsx';
import { type FolderLook, usePreference } from '../preferences/preferences.tsx';
import { IconButton } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { useNarrow } from '../ui/use-media.ts';
import type { SortKey } from './sorting.ts';
import type { Folder } from './use-folder.ts';

const LOOKS = { list: List, pictures: Rows3, grid: LayoutGrid } as const;
const LOOK_ORDER: readonly FolderLook[] = ['list', 'pictures', 'grid'];
const SORT_KEYS: readonly SortKey[] = ['name', 'size', 'modified'];

/** View, sort, refresh and details; on a phone all in one menu. */
export function FolderActions({ folder }: { folder: Folder }) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const lookItems = useLookItems();
  const sortItems = useSortItems();
  const [detailsOpen, setDetailsOpen] = usePreference('detailsOpen');
  const [look] = usePreference('look');
  const refresh = useRefreshing(folder);
  const LookIcon = LOOKS[look];
  if (narrow) {
    const items: MenuItem[] = [
      ...lookItems,
      { type: 'separator', id: 'first' },
      ...sortItems,
      { type: 'separator', id: 'second' },
      {
        type: 'action',
        id: 'refresh',
        text: t('files.refresh'),
        icon: <RefreshCw size={16} />,
        onSelect: refresh.start,
      },
    ];
    return (
      <Menu
        items={items}
        trigger={(props) => (
          <IconButton label={t('files.view')} icon={<EllipsisVertical size={20} />} {...props} />
        )}
      />
    );
  }
  return (
    <>
      <Menu
        items={lookItems}
        trigger={(props) => <IconButton label={t('files.view')} icon={<LookIcon size={20} />} {...props} />}
      />
      <Menu
        items={sortItems}
        trigger={(props) => (
          <IconButton label={t('files.sort')} icon={<ArrowDownUp size={20} />} {...props} />
        )}
      />
      <IconButton
        label={t(refresh.running ? 'files.refreshing' : 'files.refresh')}
        icon={<RefreshCw size={19} className={classes(refresh.running && 'animate-pulse')} />}
        onClick={refresh.start}
      />
      <IconButton
        label={t('files.details')}
        shortcut="Alt+Enter"
        icon={<PanelRight size={20} />}
        aria-pressed={detailsOpen}
        onClick={() => setDetailsOpen(!detailsOpen)}
      />
    </>
  );
}

function useLookItems(): MenuItem[] {
  const { t } = useTranslation();
  const [look, setLook] = usePreference('look');
  return LOOK_ORDER.map((value) => {
    const Icon = LOOKS[value];
    return {
      type: 'choice',
      id: value,
      text: t(`files.view_${value}`),
      icon: <Icon size={16} aria-hidden className="text-muted" />,
      chosen: look === value,
      onSelect: () => setLook(value),
    };
  });
}

function useSortItems(): MenuItem[] {
  const { t } = useTranslation();
  const [sort, setSort] = usePreference('sort');
  return [
    { type: 'label', id: 'sort', text: t('files.sort_by') },
    ...SORT_KEYS.map((key) => ({
      type: 'choice' as const,
      id: key,
      text: t(`files.${key}`),
      chosen: sort.key === key,
      onSelect: () => setSort({ ...sort, key }),
    })),
    { type: 'separator', id: 'direction' },
    ...(['asc', 'desc'] as const).map((direction) => ({
      type: 'choice' as const,
      id: direction,
      text: t(direction === 'asc' ? 'files.ascending' : 'files.descending'),
      chosen: sort.direction === direction,
      onSelect: () => setSort({ ...sort, direction }),
    })),
  ];
}

function useRefreshing(folder: Folder) {
  const [running, setRunning] = useState(false);
  const start = () => {
    setRunning(true);
    void folder.refresh().finally(() => setRunning(false));
  };
  return { running, start };
}

interface FilterFieldProps {
  readonly query: string;
  readonly setQuery: (query: string) => void;
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
}

/** The filter: a button that opens into a field; `/` opens it too. */
export function FilterField({ query, setQuery, open, setOpen }: FilterFieldProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  useGlobalKey('/', () => (open ? field.current?.focus() : setOpen(true)));
  useEffect(() => {
    if (open) field.current?.focus();
  }, [open]);
  const close = () => {
    setQuery('');
    setOpen(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close();
    if (event.key === 'Escape' || event.key === 'Enter' || event.key === 'ArrowDown') focusList();
  };
  if (!open) {
    return (
      <IconButton
        label={t('files.filter')}
        shortcut="/"
        icon={<ListFilter size={20} />}
        onClick={() => setOpen(true)}
      />
    );
  }
  return (
    <div className="relative mx-1 w-40 animate-appear sm:w-56">
      <input
        ref={field}
        type="text"
        role="searchbox"
        value={query}
        aria-label={t('files.filter')}
        placeholder={t('files.filter_placeholder')}
        spellCheck={false}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={onKeyDown}
        className="h-9 touch:h-11 w-full rounded-control border border-line-strong bg-surface pr-9 pl-3 touch:text-lg focus:border-accent focus:outline-1 focus:outline-offset-0"
      />
      <IconButton
        label={t('files.filter_clear')}
        icon={<X size={16} />}
        onClick={close}
        className="absolute! inset-y-0 right-0 my-auto size-8!"
      />
    </div>
  );
}

/** Leads from the filter to what it found. */
function focusList(): void {
  document.querySelector<HTMLElement>('main [role="grid"]')?.focus();
}
