import type { Priority } from './driver.ts';

/** From the most urgent on. */
export const URGENT_FIRST: readonly Priority[] = ['play', 'browse', 'scan', 'background'];

/**
 * How urgent a call is that several may come to wait for: as the most urgent of them. It only ever rises.
 */
export class Urgency {
  readonly #listeners = new Set<() => void>();
  #priority: Priority;

  constructor(priority: Priority) {
    this.#priority = priority;
  }

  get priority(): Priority {
    return this.#priority;
  }

  /** Someone waits for the call to whom it is this urgent. */
  raise(priority: Priority): void {
    if (URGENT_FIRST.indexOf(priority) >= URGENT_FIRST.indexOf(this.#priority)) return;
    this.#priority = priority;
    for (const listener of this.#listeners) listener();
  }

  /** Tells `listener` whenever it rises, until the function that it gives is called. */
  onRise(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Lets `other`, which waits for the same, raise this one for as long as it waits. Gives how to end that. */
  follow(other: Urgency): () => void {
    const rise = (): void => this.raise(other.priority);
    rise();
    return other === this ? () => {} : other.onRise(rise);
  }
}

/** The urgency of a call, which is its own where nobody else can come to wait for it. */
export function urgencyOf(ctx: { readonly priority: Priority; readonly urgency?: Urgency }): Urgency {
  return ctx.urgency ?? new Urgency(ctx.priority);
}
