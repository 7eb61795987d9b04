import { Command, CommanderError, Option } from 'commander';
import { SETTINGS, StartError, VERSION } from '../config.ts';
import { adminReset } from './admin-reset.ts';
import { CLIENT_HELP } from './api-client.ts';
import type { Io } from './io.ts';
import { ping } from './ping.ts';
import { shareImport, type ShareImportFlags } from './share-import.ts';
import { serve, type ServeFlags } from './serve.ts';

/**
 * Runs one command line and gives the process's exit code: 0 for success, 1 when the command failed, 2 for a line that makes no sense.
 *
 * @param args without the program's own name
 * @param webFiles the web app's files where they are not in their folder, as inside the single-file executable
 */
export async function runCli(
  args: readonly string[],
  io: Io,
  webFiles?: ReadonlyMap<string, string>,
): Promise<number> {
  if (args[0] === 'sandbox') {
    const { runSandbox } = await import('@sluice/sandbox/main');
    return runSandbox(args.slice(1), io);
  }
  const program = createProgram(io, webFiles);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof StartError)) throw error;
    io.err(`sluice: ${error.message}\n`);
    return 1;
  }
}

type WebFiles = ReadonlyMap<string, string> | undefined;

function createProgram(io: Io, webFiles: WebFiles): Command {
  const program = new Command('sluice')
    .description('A self-hosted gateway to PikPak: one file tree for browsers, players and scripts.')
    .version(VERSION, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showHelpAfterError('(sluice --help shows what there is)');
  addServe(program, io, webFiles);
  addPing(program, io);
  addSandbox(program);
  addAdmin(program, io);
  addShare(program, io);
  return program;
}

function addServe(program: Command, io: Io, webFiles: WebFiles): void {
  program
    .command('serve')
    .description('run the gateway')
    .option('--demo', 'bring a stand-in for PikPak, with an account and files to try things on')
    .addOption(settingOption('--host <address>', 'host'))
    .addOption(settingOption('--port <number>', 'port'))
    .addOption(settingOption('--data <folder>', 'data'))
    .addHelpText('after', settingsHelp())
    .action((flags: ServeFlags) => serve(flags, io, webFiles));
}

function addPing(program: Command, io: Io): void {
  program
    .command('ping')
    .description('ask the gateway on this machine whether it answers')
    .addHelpText('after', '\nEnvironment:\n  SLUICE_PORT  its port (default 5244)')
    .action(() => ping(io));
}

/** Here for `--help` alone: what follows the name is read by the sandbox, which has options of its own. */
function addSandbox(program: Command): void {
  program.command('sandbox').description('run the stand-in for PikPak by itself (sandbox --help)');
}

function addAdmin(program: Command, io: Io): void {
  program
    .command('admin')
    .description('care for the admin account')
    .command('reset')
    .description('set a new password and end all sessions of admin')
    .option('--password <password>', 'the new password; generated and printed when absent')
    .addOption(settingOption('--data <folder>', 'data'))
    .action((flags: { readonly password?: string; readonly data?: string }) => adminReset(flags, io));
}

function addShare(program: Command, io: Io): void {
  program
    .command('share')
    .description('look after shares at a running gateway')
    .command('import')
    .description('add the shares that a text, table or YAML file names')
    .argument('<file>', 'the file; - for standard input')
    .option('--dry-run', 'say what would be added, and add nothing')
    .option('--all', 'add those too that do not open now')
    .option('--path <template>', 'where they go, such as /Shares/{category}/{name}')
    .option('--egress <proxy>', 'the way out that they use')
    .addHelpText('after', CLIENT_HELP)
    .action((file: string, flags: ShareImportFlags) => shareImport(file, flags, io));
}

function settingOption(flags: string, name: 'host' | 'port' | 'data'): Option {
  return new Option(flags, SETTINGS.find((setting) => setting.name === name)?.help ?? '');
}

/** All settings with their variables and defaults, from the one list of them. */
function settingsHelp(): string {
  const width = Math.max(...SETTINGS.map(({ env }) => env.length));
  const lines = SETTINGS.map(({ env, help, default: value }) => {
    const suffix = value === '' ? '' : ` (default ${value})`;
    return `  ${env.padEnd(width)}  ${help}${suffix}`;
  });
  return `\nEnvironment:\n${lines.join('\n')}`;
}
