import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { type Sandbox, SandboxStartError, startSandbox } from './index.ts';

/** The terminal and process that the sandbox runs in. */
export interface SandboxIo {
  out(text: string): void;
  err(text: string): void;
  /** Resolves when the person or the system asks the process to end. */
  interrupted(): Promise<void>;
}

interface Flags {
  readonly host: string;
  readonly port: number;
  readonly proxyPort: number;
  readonly proxyPortEu: number;
  readonly cdnPort: number;
  readonly ca?: string;
  readonly seed: string;
  readonly httpLinks: boolean;
  readonly connectionLimits: boolean;
}

/**
 * Runs the sandbox until it is interrupted. Gives the process's exit code: 0 after an interrupt or `--help`, 1 when it can't start, 2 for
 * a command line that makes no sense.
 *
 * @param argv without the program's own name
 */
export async function runSandbox(argv: readonly string[], io: SandboxIo = processIo()): Promise<number> {
  const program = createProgram(io);
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const { ca, ...flags } = program.opts<Flags>();
  try {
    const interrupted = io.interrupted();
    const sandbox = await startSandbox({ ...flags, ...(ca === undefined ? {} : { caFile: ca }) });
    io.out(describe(sandbox, flags.host, ca));
    await interrupted;
    await sandbox.stop();
    return 0;
  } catch (error) {
    if (!(error instanceof SandboxStartError)) throw error;
    io.err(`sandbox: ${error.message}\n`);
    return 1;
  }
}

function createProgram(io: SandboxIo): Command {
  return new Command('sandbox')
    .description('A stand-in for the PikPak cloud. Nothing that is sent to it leaves this machine.')
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--port <number>', 'HTTPS for every PikPak host, and the control interface', portNumber, 9443)
    .option('--proxy-port <number>', 'HTTP proxy, seen as a caller in Asia', portNumber, 9444)
    .option('--proxy-port-eu <number>', 'HTTP proxy, seen as a caller in Europe; 0: any', portNumber, 0)
    .option('--cdn-port <number>', 'plain HTTP for downloads; 0: any', portNumber, 0)
    .option('--ca <file>', 'write the certificate that clients must trust here')
    .option('--seed <name>', 'what the cloud holds', 'standard')
    .option('--http-links', 'give links to the plain port, for browsers', false)
    .option('--no-connection-limits', 'serve any number of downloads at once, unlike the real CDN')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .showHelpAfterError('(--help shows what there is)');
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is 0 to 65535.');
  return port;
}

function describe(sandbox: Sandbox, host: string, ca: string | undefined): string {
  const trust = ca ?? 'ca.pem';
  const lines = [
    `PikPak sandbox: https://${host}:${sandbox.port} (control: /_sandbox/stats)`,
    `Proxy, Asia:    http://${host}:${sandbox.proxyPort}`,
    `Proxy, Europe:  http://${host}:${sandbox.proxyPortEu}`,
    `Plain CDN:      http://${host}:${sandbox.cdnPort}`,
    `Account:        demo@sluice.test / sluice-demo`,
    `Run a client:   HTTPS_PROXY=http://${host}:${sandbox.proxyPort} SSL_CERT_FILE=${trust} CLIENT`,
    ...(ca === undefined ? ['(start with --ca ca.pem to have that file written)'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** The process itself. */
function processIo(): SandboxIo {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    interrupted: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
      }),
  };
}

if (import.meta.main) process.exitCode = await runSandbox(process.argv.slice(2));
