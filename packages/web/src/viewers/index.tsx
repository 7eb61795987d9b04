import { useNavigate } from '@tanstack/react-router';
import { type ComponentType, lazy, Suspense, useCallback } from 'react';
import type { Entry, EntryDetails } from '../api/entries.ts';
import { WithStrings } from '../i18n/with-strings.tsx';
import { childPath, parentOf, splatOf, type TreePath } from '../tree/tree-path.ts';
import { PlainFile } from './plain-file.tsx';
import { en } from './strings/en.ts';
import { zhCN } from './strings/zh-cn.ts';
import { type ViewerName, viewerFor } from './viewer-for.ts';
import type { FileViewProps } from './viewer-props.ts';
import { ViewerWait } from './viewer-wait.tsx';

export interface ViewerProps {
  /** Relative to the user's base path. */
  readonly path: TreePath;
  readonly node: EntryDetails;
  /** The files of the same folder in the order of the list, `node` among them. More may come while the folder is read. */
  readonly siblings: readonly Entry[];
}

const VIEWERS: Readonly<Record<ViewerName, ComponentType<FileViewProps>>> = {
  film: lazy(() => import('./film-viewer.tsx')),
  audio: lazy(() => import('./audio-viewer.tsx')),
  image: lazy(() => import('./image-viewer.tsx')),
  pdf: lazy(() => import('./pdf-viewer.tsx')),
  markdown: lazy(() => import('./markdown-viewer.tsx')),
  text: lazy(() => import('./text-viewer.tsx')),
};

/** The page of a file, by its kind. Each viewer's code is loaded when it is first needed. */
export function Viewer(props: ViewerProps) {
  return (
    <WithStrings namespace="viewers" strings={{ en, 'zh-CN': zhCN }}>
      <ChosenViewer {...props} />
    </WithStrings>
  );
}

function ChosenViewer({ path, node, siblings }: ViewerProps) {
  const navigate = useNavigate();
  const folder = parentOf(path);
  const open = useCallback(
    (name: string) =>
      void navigate({ to: '/files/$', params: { _splat: splatOf(childPath(folder, name)) }, replace: true }),
    [navigate, folder],
  );
  const name = viewerFor(node);
  if (name === undefined) return <PlainFile file={node} />;
  const Chosen = VIEWERS[name];
  return (
    <div
      className="flex h-full min-h-0 flex-col bg-surface text-text"
      {...(name === 'film' ? { 'data-scheme': 'dark' } : {})}
    >
      <Suspense fallback={<ViewerWait />}>
        <Chosen file={node} siblings={siblings} onOpen={open} />
      </Suspense>
    </div>
  );
}
