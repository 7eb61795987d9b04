import type { Io } from '../io.ts';

/** A terminal that remembers what was written to it. */
export class Terminal implements Io {
  readonly env: Io['env'];
  stdout = '';
  stderr = '';
  readonly #asked = Promise.withResolvers<void>();
  readonly #written = Promise.withResolvers<void>();

  constructor(env: Io['env'] = {}) {
    this.env = { SLUICE_LOG: 'error', ...env };
  }
  out(text: string): void {
    this.stdout += text;
    this.#written.resolve();
  }
  err(text: string): void {
    this.stderr += text;
  }
  interrupted(): Promise<void> {
    return this.#asked.promise;
  }
  interrupt(): void {
    this.#asked.resolve();
  }
  /** Resolves when something was written to standard output. */
  written(): Promise<void> {
    return this.#written.promise;
  }
}
