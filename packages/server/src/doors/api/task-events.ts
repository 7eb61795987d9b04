import type { ServerResponse } from 'node:http';
import type { Clock } from '../../core/runtime.ts';
import type { Task, TaskEvent, UserTasks } from '../../tasks/task.ts';
import { encodeJson } from './envelope.ts';

/** A sign of life, so that proxies keep the connection and a client sees when it is gone. */
const HEARTBEAT_MS = 15_000;
/** Events that wait for a slow client; more than these end the stream, and the client begins again with a list. */
const MAX_WAITING = 2000;

export interface EventStream {
  readonly tasks: UserTasks;
  readonly clock: Clock;
  /** A task as this client sees it. */
  record(task: Task): object;
  /** Asked at each heartbeat; the stream ends when it rejects, as after signing out. */
  stillAllowed(): Promise<unknown>;
  /** Fires when the client has left. */
  readonly signal: AbortSignal;
}

/**
 * Sends changes of tasks as server-sent events until the client leaves: `event: task` or `event: removed`, `data:` the task as JSON. A slow
 * client gets the last state of a task and not each one between.
 */
export async function streamTaskEvents(res: ServerResponse, stream: EventStream): Promise<void> {
  const { clock, signal } = stream;
  const end = new AbortController();
  const ended = AbortSignal.any([signal, end.signal]);
  const waiting = new Map<string, TaskEvent>();
  let blocked = false;
  const flush = (): void => {
    blocked = false;
    for (const [id, event] of waiting) {
      waiting.delete(id);
      if (!res.write(textOf(event, stream))) {
        blocked = true;
        res.once('drain', flush);
        return;
      }
    }
  };
  res.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Accel-Buffering': 'no', // nginx would hold events back
  });
  res.write(': here\n\n');
  stream.tasks.watch((event) => {
    waiting.set(event.task.id, event);
    if (waiting.size > MAX_WAITING) end.abort();
    if (!blocked) flush();
  }, ended);
  try {
    while (!ended.aborted) {
      await clock.sleep(HEARTBEAT_MS, ended);
      await stream.stillAllowed();
      if (!blocked) res.write(': still here\n\n');
    }
  } catch {
    // The client has left, or may no longer listen.
  } finally {
    end.abort();
    res.off('drain', flush);
    res.end();
  }
}

function textOf({ type, task }: TaskEvent, stream: EventStream): string {
  return `event: ${type === 'removed' ? 'removed' : 'task'}\ndata: ${encodeJson(stream.record(task))}\n\n`;
}
