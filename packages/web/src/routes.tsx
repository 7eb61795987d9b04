import { createRootRoute, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router';
import { LazyAppPasswords } from './app-passwords/lazy.tsx';
import { FaultPage, NoPage } from './frame/fault-page.tsx';
import { Inside } from './frame/inside.tsx';
import { FilesPage } from './files/files-page.tsx';
import { LazyManage } from './manage/lazy.tsx';
import { LazySignInPage } from './session/lazy.tsx';
import { LazyShares } from './shares/lazy.tsx';
import { LazyTasks } from './tasks/lazy.tsx';
import { LazyTrash } from './trash/lazy.tsx';
import { pathOfSplat, ROOT } from './tree/tree-path.ts';

const root = createRootRoute({ component: Outlet, notFoundComponent: NoPage });

interface SignInSearch {
  readonly to?: string;
  readonly expired?: boolean;
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): SignInSearch => ({
    ...(isOwnAddress(search['to']) ? { to: search['to'] } : {}),
    ...(search['expired'] === true ? { expired: true } : {}),
  }),
  component: function SignInRoute() {
    const { to, expired = false } = signIn.useSearch();
    // Looked at here as well: the router puts what an address says back where `validateSearch` left it out.
    return <LazySignInPage to={isOwnAddress(to) ? to : '/files'} expired={expired} />;
  },
});

/** Only addresses of this page: one that begins with two slashes is another host's, and browsers leave out tabs and line breaks. */
function isOwnAddress(value: unknown): value is string {
  return typeof value === 'string' && /^\/(?![/\\])[^\t\r\n]*$/.test(value);
}

const inside = createRoute({ getParentRoute: () => root, id: 'inside', component: Inside });

const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/files', replace: true });
  },
});

const filesRoot = createRoute({
  getParentRoute: () => inside,
  path: '/files',
  component: () => <FilesPage key={ROOT} path={ROOT} />,
});

const files = createRoute({
  getParentRoute: () => inside,
  path: '/files/$',
  component: function FilesRoute() {
    const { _splat: splat } = files.useParams();
    const path = pathOfSplat(splat);
    return <FilesPage key={path} path={path} />;
  },
});

const shares = createRoute({
  getParentRoute: () => inside,
  path: '/shares',
  component: () => <LazyShares screen="list" />,
});

const shareImport = createRoute({
  getParentRoute: () => inside,
  path: '/shares/import',
  component: () => <LazyShares screen="import" />,
});

const offline = createRoute({
  getParentRoute: () => inside,
  path: '/offline',
  component: () => <LazyTasks screen="offline" />,
});

const tasks = createRoute({
  getParentRoute: () => inside,
  path: '/tasks',
  component: () => <LazyTasks screen="tasks" />,
});

const trash = createRoute({ getParentRoute: () => inside, path: '/trash', component: LazyTrash });

const appPasswords = createRoute({
  getParentRoute: () => inside,
  path: '/app-passwords',
  component: LazyAppPasswords,
});

const manageRoot = createRoute({
  getParentRoute: () => inside,
  path: '/manage',
  component: () => <LazyManage splat="" />,
});

const manage = createRoute({
  getParentRoute: () => inside,
  path: '/manage/$',
  validateSearch: (search: Record<string, unknown>): { driver?: string } =>
    typeof search['driver'] === 'string' ? { driver: search['driver'] } : {},
  component: function ManageRoute() {
    const { driver } = manage.useSearch();
    const { _splat: splat = '' } = manage.useParams();
    return <LazyManage splat={splat} driver={driver} />;
  },
});

const routeTree = root.addChildren([
  start,
  signIn,
  inside.addChildren([
    filesRoot,
    files,
    shares,
    shareImport,
    offline,
    tasks,
    trash,
    appPasswords,
    manageRoot,
    manage,
  ]),
]);

export function createPageRouter() {
  return createRouter({
    routeTree,
    defaultErrorComponent: ({ error }) => <FaultPage error={error} />,
    defaultStructuralSharing: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPageRouter>;
  }
}
