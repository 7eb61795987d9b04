import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dir, '..');
const START_LIMIT_MS = 20_000;

/** A gateway in a process of its own, as a user starts it. */
export interface Gateway {
  readonly url: string;
  readonly password: string;
  /** All that it has printed so far, on both streams. */
  output(): string;
  /** Tells it to stop; gives its exit code. */
  stop(): Promise<number>;
}

/** Starts `sluice serve --demo` on a port that the system picks and a data folder of its own; resolves when it listens. */
export async function startGateway(env: Readonly<Record<string, string>> = {}): Promise<Gateway> {
  const data = mkdtempSync(join(tmpdir(), 'sluice-system-'));
  const command = [process.execPath, join(ROOT, 'packages/server/src/main.ts'), 'serve', '--demo'];
  const child = Bun.spawn(command, {
    cwd: ROOT,
    env: { ...process.env, SLUICE_PORT: '0', SLUICE_DATA: data, SLUICE_LOG: 'warn', ...env },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  let printed = '';
  const collect = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) printed += decoder.decode(chunk, { stream: true });
  };
  const collecting = Promise.all([collect(child.stdout), collect(child.stderr)]);
  const stop = async (): Promise<number> => {
    child.kill('SIGTERM');
    const code = await child.exited;
    await collecting;
    rmSync(data, { recursive: true, force: true });
    return code;
  };
  const find = (pattern: RegExp): string | undefined => pattern.exec(printed)?.[1];
  const deadline = Date.now() + START_LIMIT_MS;
  while (find(/Password\s+(\S+)/) === undefined) {
    if (Date.now() > deadline || child.exitCode !== null) {
      await stop();
      throw new Error(`the gateway did not start:\n${printed}`);
    }
    await Bun.sleep(20); // another process, whose only signal is what it prints
  }
  return {
    url: find(/Open\s+(\S+)/) ?? '',
    password: find(/Password\s+(\S+)/) ?? '',
    output: () => printed,
    stop,
  };
}
