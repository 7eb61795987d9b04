import { useQuery } from '@tanstack/react-query';
import { Folder, FolderSymlink, type LucideIcon, SlidersHorizontal, Trash2 } from 'lucide-react';
import { trashPlacesQuery } from '../api/trash.ts';
import { useApi, useIsAdmin, useMe } from '../session/session.tsx';

interface NavItem {
  readonly to: '/files' | '/shares' | '/trash' | '/manage';
  readonly label: 'nav.files' | 'nav.shares' | 'nav.trash' | 'nav.manage';
  readonly icon: LucideIcon;
}

const FILES: NavItem = { to: '/files', label: 'nav.files', icon: Folder };
const SHARES: NavItem = { to: '/shares', label: 'nav.shares', icon: FolderSymlink };
const TRASH: NavItem = { to: '/trash', label: 'nav.trash', icon: Trash2 };
const MANAGE: NavItem = { to: '/manage', label: 'nav.manage', icon: SlidersHorizontal };

/** The places of the app that this person may go to. */
export function useNavItems(): readonly NavItem[] {
  const admin = useIsAdmin();
  const mayRemove = useMe()?.canRemove ?? false;
  const places = useQuery({ ...trashPlacesQuery(useApi()), enabled: mayRemove }).data ?? [];
  return [
    FILES,
    ...(admin ? [SHARES] : []),
    ...(places.length > 0 ? [TRASH] : []),
    ...(admin ? [MANAGE] : []),
  ];
}
