import { isRecord } from '../../api/read.ts';
import { readTask, type Task } from '../../api/tasks.ts';
import { readEvents } from './event-stream.ts';

export interface TaskChange {
  readonly type: 'task' | 'removed';
  readonly task: Task;
}

/**
 * Reads the gateway's stream of changes until the signal fires or the stream ends. A token goes in a header, which the browser's own reader of
 * events can't send.
 * @param onOpen called when the stream is there: what changed before it is not in it.
 * @throws Error when there is no stream to be had.
 */
export async function followTasks(
  token: string,
  { onOpen, onChange }: { readonly onOpen: () => void; readonly onChange: (change: TaskChange) => void },
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch('/api/task/events', {
    headers: token === '' ? {} : { Authorization: token },
    credentials: 'omit',
    cache: 'no-store',
    signal,
  });
  const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream') === true;
  if (!response.ok || !isStream || response.body === null) {
    await response.body?.cancel();
    throw new Error('the gateway sends no events');
  }
  onOpen();
  for await (const { type, data } of readEvents(response.body)) {
    if (type === 'task' || type === 'removed') onChange({ type, task: readTask(parsed(data)) });
  }
}

function parsed(data: string): unknown {
  const value: unknown = JSON.parse(data);
  return isRecord(value) ? value : {};
}
