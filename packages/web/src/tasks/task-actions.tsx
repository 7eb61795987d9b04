import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { storagesQuery } from '../api/queries.ts';
import { FEED_KIND } from '../api/feeds.ts';
import { actOnTask, hasEnded, type Task, type TaskAction } from '../api/tasks.ts';
import { useApi, useIsAdmin, useMe } from '../session/session.tsx';
import { childPath, isWithin, segmentsOf, splatOf, type TreePath } from '../tree/tree-path.ts';
import { Button, buttonClass, IconButton } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { copyText } from '../ui/copy-text.ts';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { useToasts } from '../ui/toaster.tsx';
import type { Subject } from './subject.ts';
import { useWords } from './use-words.ts';

const Confirm = lazy(() => import('../ui/confirm.tsx'));

interface AboutTask {
  readonly task: Task;
  readonly subject: Subject;
}

interface TaskActionsProps extends AboutTask {
  readonly card: boolean;
}

/** What can be done about a task. */
export function TaskActions({ task, subject, card }: TaskActionsProps) {
  const { t } = useWords();
  const { act, busy } = useActing(task, subject);
  const [asking, setAsking] = useState(false);
  const { what: name, to } = subject;
  // What somebody else calls a path may be another place here.
  const mine = useMe()?.username === task.creator;
  const troubled = task.phase === 'failed' || task.phase === 'retrying';
  const canRetry = troubled || task.phase === 'canceled';
  const canLook = task.kind === FEED_KIND && task.phase === 'waiting';
  return (
    <div
      className={classes(
        'flex flex-wrap items-center gap-2',
        card ? 'mt-2 w-full pl-8' : 'max-lg:mt-2 max-lg:w-full max-lg:pl-8 lg:shrink-0 lg:justify-end',
      )}
    >
      {canRetry && (
        <Button disabled={busy} aria-label={t('retry_of', { name })} onClick={() => void act('retry')}>
          {t(task.phase === 'retrying' ? 'go_on' : 'retry')}
        </Button>
      )}
      {canLook && (
        <Button disabled={busy} aria-label={t('look_of', { name })} onClick={() => void act('retry')}>
          {t('look_now')}
        </Button>
      )}
      {!hasEnded(task) && (
        <Button
          disabled={busy || task.phase === 'canceling'}
          aria-label={t('stop_of', { name })}
          onClick={() => void act('cancel')}
        >
          {t('stop')}
        </Button>
      )}
      {mine && to !== undefined && <TargetLink what={name} to={to} />}
      {mine && to !== undefined && troubled && <SettingsLink to={to} />}
      <More {...{ task, subject, act }} onDeleteFiles={() => setAsking(true)} />
      {asking && (
        <Suspense>
          <Confirm
            title={t('ask_files', { name })}
            confirm={t('forget_files')}
            cancel={t('cancel')}
            onConfirm={() => void act('delete_files')}
            onClose={() => setAsking(false)}
          >
            {t('ask_files_text')}
          </Confirm>
        </Suspense>
      )}
    </div>
  );
}

function useActing(task: Task, { what: name }: Subject) {
  const { t } = useWords();
  const api = useApi();
  const queries = useQueryClient();
  const toasts = useToasts();
  const [busy, setBusy] = useState(false);
  const act = async (action: TaskAction): Promise<void> => {
    setBusy(true);
    try {
      await actOnTask(api, task, action);
      if (action === 'delete_files') toasts.show(t('deleted_files', { name }));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      toasts.show(t('action_failed', { reason }), 'bad');
    }
    setBusy(false);
    await queries.invalidateQueries({ queryKey: ['tasks'] });
    if (action === 'delete_files') await queries.invalidateQueries({ queryKey: ['folder'] });
  };
  return { act, busy };
}

/** The folder that it goes to. */
function TargetLink({ what, to }: { what: string; to: TreePath }) {
  const { t } = useWords();
  return (
    <Link
      to="/files/$"
      params={{ _splat: splatOf(to) }}
      aria-label={t('open_of', { name: what })}
      className={buttonClass('quiet')}
    >
      {t('open')}
    </Link>
  );
}

/** The settings of the storage that holds the target: many failures are mended there. */
function SettingsLink({ to }: { to: TreePath }) {
  const { t } = useWords();
  const base = useMe()?.basePath ?? '/';
  const { data } = useQuery({ ...storagesQuery(useApi()), enabled: useIsAdmin() });
  const whole = segmentsOf(to).reduce(childPath, base);
  const storage = data
    ?.filter(({ mountPath }) => isWithin(whole, mountPath))
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0];
  if (storage === undefined) return null;
  return (
    <Link to="/manage/$" params={{ _splat: `storages/${storage.id}` }} className={buttonClass('quiet')}>
      {t('settings')}
    </Link>
  );
}

interface MoreProps extends AboutTask {
  readonly act: (action: TaskAction) => Promise<void>;
  readonly onDeleteFiles: () => void;
}

function More({ task, subject, act, onDeleteFiles }: MoreProps) {
  const { t } = useWords();
  const toasts = useToasts();
  const isDownload = task.kind === 'offline_download';
  const copy = async (): Promise<void> => {
    if (await copyText(subject.from)) toasts.show(t('link_copied'));
  };
  const items: MenuItem[] = [
    ...(isDownload && subject.from !== '' ? [action('copy', t('copy_link'), () => void copy())] : []),
    ...(hasEnded(task) ? [action('forget', t('forget'), () => void act('delete'))] : []),
    ...(isDownload ? [action('files', t('forget_files'), onDeleteFiles)] : []),
  ];
  if (items.length === 0) return null;
  return (
    <Menu
      items={items}
      trigger={(props) => (
        <IconButton
          label={t('more_actions', { name: subject.what })}
          icon={<Ellipsis size={18} />}
          {...props}
        />
      )}
    />
  );
}

function action(id: string, text: string, onSelect: () => void): MenuItem {
  return { type: 'action', id, text, onSelect };
}
