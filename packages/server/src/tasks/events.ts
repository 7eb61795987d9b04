import type { TaskRow } from '../store/task-port.ts';
import { taskOf } from './task-of.ts';
import type { TaskEvent } from './task.ts';

type Listener = (event: TaskEvent) => void;

/** Changes of tasks in this process, and wishes of those who made them. */
export class TaskEvents {
  readonly #listeners = new Set<Listener>();
  readonly #wakers = new Set<(id: string) => void>();

  tell(type: TaskEvent['type'], row: TaskRow): void {
    if (this.#listeners.size === 0) return;
    const event = { type, task: taskOf(row) };
    for (const listener of this.#listeners) listener(event);
  }

  /** Until the signal fires. */
  watch(listener: Listener, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
  }

  /** There is something to do about this task. */
  wake(id: string): void {
    for (const waker of this.#wakers) waker(id);
  }

  onWake(waker: (id: string) => void): () => void {
    this.#wakers.add(waker);
    return () => this.#wakers.delete(waker);
  }
}
