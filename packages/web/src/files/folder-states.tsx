import { Link } from '@tanstack/react-router';
import { CircleAlert, CloudOff, FolderOpen, FolderX, HardDrive, LockKeyhole, SearchX } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type ApiErrorKind } from '../api/errors.ts';
import { useFormat } from '../format/use-format.ts';
import type { FolderLook } from '../preferences/preferences.tsx';
import { useIsAdmin } from '../session/session.tsx';
import { baseName, parentOf, ROOT, splatOf, type TreePath } from '../tree/tree-path.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { useMountAbove } from './use-mount-above.ts';
import type { Folder } from './use-folder.ts';

const MountTrouble = lazy(async () => ({ default: (await import('./mount-trouble.tsx')).MountTrouble }));

interface ReadFailedProps {
  readonly path: TreePath;
  readonly what: 'folder' | 'file';
  readonly error: Error;
  readonly onRetry: () => void;
}

/** Something that couldn't be read at all: by the storage's state where that explains it, else by the error. */
export function ReadFailed({ path, what, error, onRetry }: ReadFailedProps) {
  const kind = error instanceof ApiError ? error.kind : 'failed';
  const mount = useMountAbove(path);
  if (kind !== 'unreachable' && kind !== 'forbidden') {
    if (mount.isPending) return null;
    const state = mount.data?.state.state;
    if (mount.data && state !== undefined && state !== 'ok' && state !== 'idle') {
      return (
        <Suspense>
          <MountTrouble mount={mount.data} trouble={state} onRetry={onRetry} />
        </Suspense>
      );
    }
  }
  return <ReadError {...{ path, what, error, kind, onRetry }} />;
}

/** Why something at a path can't be shown, and what to do. */
function ReadError({ path, what, error, kind, onRetry }: ReadFailedProps & { kind: ApiErrorKind }) {
  const { t } = useTranslation();
  const retry = <Button onClick={onRetry}>{t('files.try_again')}</Button>;
  if (kind === 'unreachable') {
    return (
      <Notice urgent icon={<CloudOff size={28} />} title={t('offline.title')} actions={retry}>
        {t('offline.text')}
      </Notice>
    );
  }
  if (kind === 'forbidden') {
    return (
      <Notice
        urgent
        icon={<LockKeyhole size={28} />}
        title={t('files.forbidden')}
        actions={<ToParent path={path} />}
      >
        {t('files.forbidden_text')}
      </Notice>
    );
  }
  if (kind === 'not_found' && path === ROOT) return <EmptyFolder path={ROOT} />;
  if (kind === 'not_found') {
    return (
      <Notice
        urgent
        icon={<FolderX size={28} />}
        title={t('files.not_found')}
        actions={<ToParent path={path} />}
      >
        {t('files.not_found_text', { name: baseName(path) })}
      </Notice>
    );
  }
  return (
    <Notice
      urgent
      icon={<CircleAlert size={28} />}
      title={t(what === 'file' ? 'files.file_failed' : 'files.failed')}
      actions={retry}
    >
      {error.message}
    </Notice>
  );
}

function ToParent({ path }: { path: TreePath }) {
  const { t } = useTranslation();
  const parent = parentOf(path);
  return (
    <Link to="/files/$" params={{ _splat: splatOf(parent) }} className={buttonClass('primary')}>
      {t('files.to_parent', { name: parent === ROOT ? t('nav.files') : baseName(parent) })}
    </Link>
  );
}

/** The first pages are there, a later one didn't come. */
export function Partial({ folder }: { folder: Folder }) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = folder.pages?.reduce((sum, page) => sum + page.length, 0) ?? 0;
  const reason = folder.error?.message ?? '';
  const text = folder.complete
    ? t('files.stale', { reason })
    : t('files.partial', { formatted: format.number(count), reason });
  return (
    <div role="alert" className="flex items-center gap-3 border-b border-line bg-warn-soft px-4 py-1.5">
      <CircleAlert size={18} aria-hidden className="shrink-0 text-warn" />
      <p className="min-w-0 flex-1">{text}</p>
      <Button tone="quiet" onClick={folder.readOn}>
        {t(folder.complete ? 'files.try_again' : 'files.read_rest')}
      </Button>
    </div>
  );
}

export function NoMatch({ query }: { query: string }) {
  const { t } = useTranslation();
  return <Notice icon={<SearchX size={28} />} title={t('files.no_match', { query })} />;
}

export function EmptyFolder({ path }: { path: TreePath }) {
  const { t } = useTranslation();
  const admin = useIsAdmin();
  if (path !== ROOT) return <Notice icon={<FolderOpen size={28} />} title={t('files.empty')} />;
  return (
    <Notice
      icon={<HardDrive size={28} />}
      title={t('files.empty_root')}
      actions={
        admin && (
          <Link to="/manage/$" params={{ _splat: 'storages/new' }} className={buttonClass('primary')}>
            {t('files.add_storage')}
          </Link>
        )
      }
    >
      {t(admin ? 'files.empty_root_text' : 'files.empty_root_guest')}
    </Notice>
  );
}

/** The shape of a list that is still to come; unseen for the first moments, in which most lists come. */
export function ListSkeleton({ look }: { look: FolderLook }) {
  const { t } = useTranslation();
  const bar = 'animate-pulse rounded-sm bg-hover';
  return (
    <div className="flex-1 animate-late overflow-hidden p-3 md:pt-12">
      <p role="status" className="sr-only">
        {t('app.loading')}
      </p>
      <div
        aria-hidden
        className={look === 'grid' ? 'grid grid-cols-[repeat(auto-fill,minmax(10rem,1fr))] gap-3' : ''}
      >
        {Array.from({ length: 12 }, (_, index) =>
          look === 'grid' ? (
            <div key={index} className={`${bar} aspect-square`} />
          ) : (
            <div key={index} className="flex h-10 touch:h-13 items-center gap-3 px-2">
              <div className={`${bar} size-5`} />
              <div className={`${bar} h-3.5`} style={{ width: `${18 + ((index * 23) % 36)}%` }} />
            </div>
          ),
        )}
      </div>
    </div>
  );
}
