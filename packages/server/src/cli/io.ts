/** The terminal and process that a command runs in, so that tests can be one. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard output: what the command is asked for. */
  out(text: string): void;
  /** Standard error: what went wrong. */
  err(text: string): void;
  /** Resolves when the person or the system asks the process to end. */
  interrupted(): Promise<void>;
}

/** The process itself. A second interrupt ends it at once. */
export function processIo(): Io {
  return {
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    interrupted: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) {
          process.once(signal, () => {
            process.once(signal, () => process.exit(130));
            resolve();
          });
        }
      }),
  };
}
