import { CircleAlert, CircleCheck, CircleX, Clock } from 'lucide-react';
import { FEED_KIND } from '../api/feeds.ts';
import { hasEnded, type Task } from '../api/tasks.ts';
import { useFormat } from '../format/use-format.ts';
import { clockText, useTimeLeft } from '../session/countdown.ts';
import { classes } from '../ui/classes.ts';
import { type LiveTask, timeLeft } from './feed/live-tasks.ts';
import { useWords } from './use-words.ts';

/** Waits that are shorter are counted down. */
const COUNTED_MS = 60 * 60_000;

const LOOKS = {
  pending: [Clock, 'text-muted'],
  running: [undefined, 'text-muted'],
  waiting: [undefined, 'text-muted'],
  retrying: [Clock, 'text-warn'],
  canceling: [undefined, 'text-muted'],
  succeeded: [CircleCheck, 'text-good'],
  partly: [CircleAlert, 'text-warn'],
  canceled: [CircleX, 'text-muted'],
  failed: [CircleAlert, 'text-bad'],
} as const;

/** How a task is doing: the state in a word, figures, and why where it isn't well. */
export function TaskState({ task }: { task: Task | LiveTask }) {
  const { t } = useWords();
  const format = useFormat();
  const state = task.phase === 'succeeded' && task.error !== '' ? 'partly' : task.phase;
  const [Icon, colour] = LOOKS[state];
  return (
    <>
      <p className="figures flex flex-wrap items-center gap-x-3 gap-y-0.5 text-sm text-muted">
        <span className={classes('inline-flex items-center gap-1.5 font-medium', colour)}>
          {Icon !== undefined && <Icon size={16} aria-hidden />}
          {task.kind === FEED_KIND && state === 'waiting' ? t('watched') : t(`phase.${state}`)}
        </span>
        {task.kind === FEED_KIND && state === 'waiting' && <NextLook task={task} />}
        {!hasEnded(task) && <Figures task={task} />}
        {task.phase === 'succeeded' && task.status !== '' && task.status !== task.error && (
          <span className="wrap-anywhere">{task.status}</span>
        )}
        {hasEnded(task) && task.totalBytes > 0 && <span>{format.size(task.totalBytes)}</span>}
        {task.endedAt !== undefined && (
          <span>{t('ended_at', { when: format.when(task.endedAt, Date.now()) })}</span>
        )}
      </p>
      <Reason task={task} />
    </>
  );
}

/** What a feed has brought so far, and when it is looked at again. */
function NextLook({ task: { status, nextRun } }: { task: Task }) {
  const { t } = useWords();
  const format = useFormat();
  return (
    <>
      <span className="wrap-anywhere">{status}</span>
      {nextRun !== undefined && <span>{t('next_look', { when: format.moment(nextRun) })}</span>}
    </>
  );
}

/** How far, how fast, how long yet. */
function Figures({ task }: { task: Task | LiveTask }) {
  const { t } = useWords();
  const format = useFormat();
  const { percent, bytes, totalBytes, items, totalItems } = task;
  const speed = 'speed' in task ? task.speed : undefined;
  const left = 'speed' in task ? timeLeft(task) : undefined;
  return (
    <>
      {percent > 0 && <span>{t('percent', { percent: format.number(Math.floor(percent)) })}</span>}
      {totalBytes > 0 && (
        <span>{t('bytes', { done: format.size(bytes), total: format.size(totalBytes) })}</span>
      )}
      {totalItems > 0 && (
        <span>{t('items_of', { done: format.number(items), total: format.number(totalItems) })}</span>
      )}
      {totalItems === 0 && items > 0 && (
        <span>{t('items', { count: items, formatted: format.number(items) })}</span>
      )}
      {speed !== undefined && <span>{t('speed', { size: format.size(Math.round(speed)) })}</span>}
      {left !== undefined && <span>{t('left', { time: clockText(left) })}</span>}
    </>
  );
}

/** The gateway tells the moment in a form for machines; the page tells it in the person's own. */
function withoutMoment(text: string): string {
  return text.replace(/ Goes on by itself at \S+Z\.$/, '');
}

/** Why it failed, waits, or brought a part only; and when it goes on. */
function Reason({ task }: { task: Task }) {
  const { t } = useWords();
  const format = useFormat();
  const held = task.phase === 'retrying' ? task.nextRun : undefined;
  const left = useTimeLeft(held);
  if (task.error === '' && held === undefined) return null;
  return (
    <p className="text-sm text-pretty wrap-anywhere">
      {withoutMoment(task.error)}{' '}
      {held !== undefined && left > 0 && (
        <span className="figures text-muted">
          {left <= COUNTED_MS
            ? t('goes_on_in', { time: clockText(left) })
            : t('goes_on_at', { when: format.moment(held) })}
        </span>
      )}
    </p>
  );
}
