import { type App, createApp } from '../app.ts';
import type { Started } from '../wiring/parts.ts';
import { type AppConfig, readConfig, VERSION } from '../config.ts';
import type { Demo } from './demo.ts';
import type { Io } from './io.ts';

export interface ServeFlags {
  readonly demo?: boolean;
  readonly host?: string;
  readonly port?: string;
  readonly data?: string;
}

/**
 * Runs the gateway until it is interrupted. No environment variable of the runtime has to be set: nothing in the gateway uses
 * `fetch`, whose limit of 256 requests `BUN_CONFIG_MAX_HTTP_REQUESTS` would raise.
 *
 * @throws StartError when it can't start
 */
export async function serve(
  flags: ServeFlags,
  io: Io,
  webFiles?: ReadonlyMap<string, string>,
): Promise<void> {
  const config = readConfig(io.env, flags);
  const demo = flags.demo === true ? await startDemo() : undefined;
  try {
    const app = await createApp(config, {
      ...demo?.overrides,
      ...(webFiles === undefined ? {} : { webFiles }),
    });
    await runUntilInterrupted(app, { config, demo }, io);
  } finally {
    await demo?.stop();
  }
}

/** The sandbox is loaded only where it is wanted: it costs memory and time to start. */
async function startDemo(): Promise<Demo> {
  const demo = await import('./demo.ts');
  return demo.startDemo();
}

interface Run {
  readonly config: AppConfig;
  readonly demo: Demo | undefined;
}

async function runUntilInterrupted(app: App, run: Run, io: Io): Promise<void> {
  const interrupted = io.interrupted();
  try {
    io.out(greeting(await app.start(), run));
    await interrupted;
  } finally {
    await app.stop();
  }
}

function greeting({ url, firstAdmin }: Started, { config, demo }: Run): string {
  const lines = [`Sluice ${VERSION}`, '', `  Open      ${url}`];
  if (firstAdmin === undefined) {
    lines.push('  User      admin', '  Password  as before; `sluice admin reset` sets a new one');
  } else {
    const chosen = config.adminPassword !== undefined;
    lines.push(
      `  User      ${firstAdmin.username}`,
      `  Password  ${chosen ? 'the one in SLUICE_ADMIN_PASSWORD' : `${firstAdmin.password}   (shown this once)`}`,
    );
  }
  if (demo !== undefined) lines.push('', `  ${demo.description}`);
  return `\n${lines.join('\n')}\n\n`;
}
