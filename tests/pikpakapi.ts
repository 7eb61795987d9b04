import { join } from 'node:path';
import type { Sandbox } from '@sluice/sandbox';
import { pipPackages } from '../scripts/pip-packages.ts';

const PACKAGES = ['pikpakapi==0.1.11', 'httpx==0.28.1'];

/** Python, for the client that we did not write. */
export const python = Bun.which('python3') ?? undefined;

/**
 * Runs a program against a sandbox as any unmodified client is run against it: through its proxy, with its authority trusted.
 * @param input given on standard input; what it prints is the answer
 */
export async function runClient(
  script: string,
  { proxyPort }: Pick<Sandbox, 'proxyPort'>,
  { caFile, input = '' }: { readonly caFile: string; readonly input?: string },
): Promise<unknown> {
  const output = await run([python ?? '', join(import.meta.dir, script)], input, {
    PYTHONPATH: await pipPackages(PACKAGES),
    HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
    NO_PROXY: '',
    SSL_CERT_FILE: caFile,
  });
  return JSON.parse(output);
}

async function run(command: string[], input: string, env: Record<string, string>): Promise<string> {
  const stdin = new TextEncoder().encode(input);
  const child = Bun.spawn(command, {
    env: { ...process.env, ...env },
    stdin,
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}: ${err.slice(-2000)}`);
  return out;
}
