import { StartError } from '../config.ts';
import type { Io } from './io.ts';

const PATIENCE_MS = 4_000;

/**
 * Asks the gateway of this machine whether it answers, as a container's health check does.
 * @throws StartError when it does not, within four seconds
 */
export async function ping(io: Io): Promise<void> {
  const url = `http://127.0.0.1:${io.env['SLUICE_PORT'] || '5244'}/ping`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) }).then(
    (response) => response.text(),
    (error: unknown) => {
      throw new StartError(`No Sluice answers at ${url}.`, { cause: error });
    },
  );
  if (answer !== 'pong') throw new StartError(`What answers at ${url} is no Sluice.`);
  io.out('pong\n');
}
