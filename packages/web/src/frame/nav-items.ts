import { useQuery } from '@tanstack/react-query';
import {
  CloudDownload,
  Folder,
  FolderSymlink,
  ListTodo,
  type LucideIcon,
  SlidersHorizontal,
  Trash2,
} from 'lucide-react';
import { FEED_KIND } from '../api/feeds.ts';
import { trashPlacesQuery } from '../api/trash.ts';
import { useApi, useMe } from '../session/session.tsx';
import { useLiveTasks } from '../tasks/feed/use-live-tasks.ts';

export interface NavItem {
  readonly to: '/files' | '/shares' | '/offline' | '/tasks' | '/trash' | '/manage';
  readonly label: `nav.${'files' | 'shares' | 'offline' | 'tasks' | 'trash' | 'manage'}`;
  readonly icon: LucideIcon;
  /** Tasks under way there; 0 for places that have none. */
  readonly running: number;
}

const FILES = { to: '/files', label: 'nav.files', icon: Folder, running: 0 } as const;
const SHARES = { to: '/shares', label: 'nav.shares', icon: FolderSymlink, running: 0 } as const;
const OFFLINE = { to: '/offline', label: 'nav.offline', icon: CloudDownload } as const;
const TASKS = { to: '/tasks', label: 'nav.tasks', icon: ListTodo } as const;
const TRASH = { to: '/trash', label: 'nav.trash', icon: Trash2, running: 0 } as const;
const MANAGE = { to: '/manage', label: 'nav.manage', icon: SlidersHorizontal, running: 0 } as const;

/** The places of the app that this person may go to. */
export function useNavItems(): readonly NavItem[] {
  const me = useMe();
  const admin = me?.role === 'admin';
  const places = useQuery({ ...trashPlacesQuery(useApi()), enabled: me?.canRemove ?? false }).data ?? [];
  // A feed is watched for good: it is not under way.
  const live = (useLiveTasks().data ?? []).filter(({ kind }) => kind !== FEED_KIND);
  const downloads = live.filter(({ kind }) => kind === 'offline_download').length;
  return [
    FILES,
    ...(admin ? [SHARES] : []),
    ...(me?.canFetch === true && me.role !== 'guest' ? [{ ...OFFLINE, running: downloads }] : []),
    ...(me !== undefined && me.role !== 'guest' ? [{ ...TASKS, running: live.length }] : []),
    ...(places.length > 0 ? [TRASH] : []),
    ...(admin ? [MANAGE] : []),
  ];
}
