import { createGate, type Gate } from '../../core/gate.ts';

/**
 * Lets one job at a time work in a folder, first come, first served: PikPak numbers a name that two jobs want at once, without a
 * word (protocol reference §3.6, §3.13). Jobs in other folders don't wait.
 */
export class Turns {
  readonly #gates = new Map<string, { readonly gate: Gate; users: number }>();

  /** One turn in several folders at once. They are waited for in one order everywhere, so that two jobs never wait for each other. */
  runAll<T>(folders: readonly string[], job: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const inOrder = [...new Set(folders)].toSorted();
    return inOrder.reduceRight<() => Promise<T>>(
      (next, folder) => () => this.run(folder, next, signal),
      job,
    )();
  }

  /** Rejects with an AbortError when the signal fires before the job's turn; a job that runs listens to its own. */
  async run<T>(folder: string, job: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const turn = this.#gates.get(folder) ?? { gate: createGate({ atOnce: 1 }), users: 0 };
    this.#gates.set(folder, turn);
    turn.users += 1;
    try {
      return await turn.gate(job, signal);
    } finally {
      turn.users -= 1;
      if (turn.users === 0) this.#gates.delete(folder);
    }
  }
}
