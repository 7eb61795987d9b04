import { Folder, type LucideIcon, SlidersHorizontal } from 'lucide-react';
import { useIsAdmin } from '../session/session.tsx';

interface NavItem {
  readonly to: '/files' | '/manage';
  readonly label: 'nav.files' | 'nav.manage';
  readonly icon: LucideIcon;
}

const FILES: NavItem = { to: '/files', label: 'nav.files', icon: Folder };
const MANAGE: NavItem = { to: '/manage', label: 'nav.manage', icon: SlidersHorizontal };

/** The places of the app that this person may go to. */
export function useNavItems(): readonly NavItem[] {
  return useIsAdmin() ? [FILES, MANAGE] : [FILES];
}
