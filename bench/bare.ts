import { join } from 'node:path';
import type { Target } from './contender.ts';
import { freePort, launch, type Measured, untilUp } from './process.ts';
import type { Bench } from './setup.ts';

/** A yardstick's name among the contenders. */
export const BARE_PIPE = 'bare pipe';
/** The sandbox's large file: 4 GiB that are made as they are asked for. */
export const LARGE_FILE = '/demo/Big/4GiB.bin';

/** A program of a few lines that shows what the runtime itself costs. */
export interface Bare {
  readonly name: string;
  readonly process: Measured;
  readonly target: Target;
}

/** The bare pipe on the large file, running. */
export async function startBarePipe(bench: Bench): Promise<Bare> {
  const { url } = (await bench.api('/api/fs/link', { path: LARGE_FILE })) as { url: string };
  return startBare('bare-pipe.ts', BARE_PIPE, {
    BARE_UPSTREAM: url,
    BARE_PROXY: `http://127.0.0.1:${bench.sandbox.proxyPort}`,
    NODE_EXTRA_CA_CERTS: bench.sandbox.caFile,
  });
}

/** One of the bare programs in this folder, listening. */
export async function startBare(
  file: string,
  name: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Bare> {
  const port = await freePort();
  const running = launch([process.execPath, join(import.meta.dir, file)], {
    ...env,
    BARE_PORT: String(port),
  });
  const url = `http://127.0.0.1:${port}`;
  await untilUp(`${url}/ping`);
  return { name, process: running, target: { url: `${url}/`, headers: {} } };
}
