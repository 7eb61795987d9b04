import { join } from 'node:path';
import { createDemoRemote, installRclone, onSandbox } from '../scripts/rclone.ts';
import type { Contender } from './contender.ts';
import { connectPeer, parsePeer } from './peers.ts';
import { freePort, launch, untilUp } from './process.ts';
import type { SandboxAt } from './setup.ts';

/** A peer that the bench has brought itself. */
export interface BroughtPeer {
  readonly contender: Contender;
  stop(): Promise<void>;
}

/**
 * Fetches rclone and serves the sandbox's demo account with it over WebDAV: a Go program with a PikPak client of its own.
 * @param folder for its configuration
 * @throws Error when it can't be fetched or does not start
 */
export async function bringRclone(sandbox: SandboxAt, folder: string): Promise<BroughtPeer> {
  const program = await installRclone();
  const config = join(folder, 'rclone.conf');
  await createDemoRemote(program, config, sandbox);
  const port = await freePort();
  const serve = ['--config', config, 'serve', 'webdav', 'sandbox:', '--addr', `127.0.0.1:${port}`];
  const process = launch([program, ...serve], onSandbox(sandbox));
  await untilUp(`http://127.0.0.1:${port}/`);
  const contender = await connectPeer(parsePeer(`rclone=http://127.0.0.1:${port},/demo=/`));
  return { contender, stop: () => process.stop() };
}
