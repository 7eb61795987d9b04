/** Runs one piece of work at a time: whoever comes while it runs gets its outcome. A failure is not kept. */
export class Flight<T> {
  #running: Promise<T> | undefined;

  /** The outcome to come, when work is under way. */
  get running(): Promise<T> | undefined {
    return this.#running;
  }

  run(work: () => Promise<T>): Promise<T> {
    this.#running ??= work().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }
}
