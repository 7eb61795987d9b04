import { CloudDownload, Copy, FolderInput, ListTodo, type LucideIcon, Rss, Upload } from 'lucide-react';
import { FEED_KIND } from '../api/feeds.ts';
import { hasEnded, type Task } from '../api/tasks.ts';
import { useFormat } from '../format/use-format.ts';
import { kindOf } from '../links/links.ts';
import { useMe } from '../session/session.tsx';
import { classes } from '../ui/classes.ts';
import type { LiveTask } from './feed/live-tasks.ts';
import { type Subject, subjectOf } from './subject.ts';
import { TaskActions } from './task-actions.tsx';
import { TaskLog } from './task-log.tsx';
import { TaskState } from './task-state.tsx';
import { useWords } from './use-words.ts';

const ICONS: Readonly<Record<string, LucideIcon>> = {
  offline_download: CloudDownload,
  copy: Copy,
  move: FolderInput,
  upload: Upload,
  [FEED_KIND]: Rss,
};

/** One task: what, from where, to where; how far; why it waits or failed, and what helps. */
export function TaskItem({ task, card }: { task: Task | LiveTask; card: boolean }) {
  const subject = subjectOf(task);
  const Icon = ICONS[task.kind] ?? ListTodo;
  return (
    <li
      className={classes(
        'flex items-start gap-x-3 [content-visibility:auto] [contain-intrinsic-size:auto_6rem]',
        card
          ? 'flex-wrap rounded-panel border border-line bg-surface p-4'
          : 'px-4 py-3 max-lg:flex-wrap sm:px-5',
      )}
    >
      <Icon size={20} aria-hidden className="mt-0.5 shrink-0 text-muted" />
      <div
        className={classes(
          'flex min-w-0 flex-1 flex-col gap-1',
          card ? 'basis-[calc(100%-2rem)]' : 'max-lg:basis-[calc(100%-2rem)]',
        )}
      >
        <h2 className="truncate font-medium whitespace-pre" title={subject.what}>
          {subject.what}
        </h2>
        <Route task={task} subject={subject} />
        {!hasEnded(task) && task.kind !== FEED_KIND && <Bar task={task} name={subject.what} />}
        <TaskState task={task} />
        {!isPlain(task) && <TaskLog task={task} />}
      </div>
      <TaskActions task={task} subject={subject} card={card} />
    </li>
  );
}

/** It ended as wished: there is nothing more to tell. */
function isPlain({ phase, error }: Task): boolean {
  return phase === 'succeeded' && error === '';
}

/** Where it comes from and where it goes. */
function Route({ task, subject: { from, to } }: { task: Task; subject: Subject }) {
  const { t } = useWords();
  const me = useMe();
  const isLink = task.kind === 'offline_download' && from !== '';
  return (
    <p className="flex flex-wrap gap-x-3 text-sm text-muted">
      {isLink && (
        <span className="max-w-full truncate" title={from}>
          {t(`source.${kindOf(from)}`)}
          <span> · {from}</span>
        </span>
      )}
      {!isLink && from !== '' && <span className="wrap-anywhere">{t('from', { path: from })}</span>}
      {to !== undefined && <span className="wrap-anywhere">{t('to', { path: to })}</span>}
      {me !== undefined && task.creator !== '' && task.creator !== me.username && (
        <span>{t('by', { name: task.creator })}</span>
      )}
    </p>
  );
}

function Bar({ task, name }: { task: Task; name: string }) {
  const { t } = useWords();
  const format = useFormat();
  const known = task.percent > 0 || task.totalBytes > 0 || task.totalItems > 0;
  const percent = Math.min(100, task.percent);
  return (
    <div
      role="progressbar"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(known ? { 'aria-valuenow': Math.round(percent) } : {})}
      aria-valuetext={known ? t('percent', { percent: format.number(Math.round(percent)) }) : undefined}
      className="my-1 h-1.5 overflow-hidden rounded-full bg-hover"
    >
      <div
        className={classes(
          'h-full rounded-full transition-[width]',
          task.phase === 'retrying' ? 'bg-warn' : 'bg-accent',
          !known && (task.phase === 'retrying' ? 'w-0' : 'w-full animate-pulse opacity-30'),
        )}
        style={known ? { width: `${percent}%` } : undefined}
      />
    </div>
  );
}
