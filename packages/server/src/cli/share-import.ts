import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { z } from 'zod';
import { StartError } from '../config.ts';
import { systemClock } from '../runtime/system.ts';
import { type ApiClient, signedInClient } from './api-client.ts';
import type { Io } from './io.ts';

const POLL_MS = 500;

export interface ShareImportFlags {
  readonly dryRun?: boolean;
  readonly all?: boolean;
  readonly path?: string;
  readonly egress?: string;
}

const row = z.object({
  index: z.number(),
  line: z.number(),
  name: z.string(),
  address: z.string(),
  state: z.string(),
  target: z.string(),
  reason: z.string(),
  remedy: z.string(),
});
const progress = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'cancelled']),
  total: z.number(),
  looked_at: z.number(),
  paused_until: z.string().nullable(),
  rows: z.array(row),
  unusable: z.array(z.object({ address: z.string(), line: z.number() })),
  repeated: z.number(),
  added: z.number().optional(),
});
type Progress = z.output<typeof progress>;

/**
 * Adds the shares in a file (`-` for standard input) to a running gateway: looks at each, adds those that open, tells of the others.
 * An interrupt ends the looks, and nothing is added.
 *
 * @throws StartError when the file can't be read, the gateway refuses, or shares were left out.
 */
export async function shareImport(file: string, flags: ShareImportFlags, io: Io): Promise<void> {
  const stop = new AbortController();
  void io.interrupted().then(() => stop.abort());
  const text = await textOf(file);
  const client = await signedInClient(io.env, stop.signal);
  const addition = flags.egress === undefined ? {} : { egress: flags.egress };
  const path = flags.path === undefined ? {} : { path_template: flags.path };
  const started = progress.parse(
    await client.call('/api/admin/share/import', { text, addition, ...path }, stop.signal),
  );
  const looked = await watch(started, client, { io, signal: stop.signal });
  const rows = flags.all === true ? 'all' : 'good';
  const done =
    flags.dryRun === true
      ? looked
      : progress.parse(
          await client.call('/api/admin/share/import/commit', { id: looked.id, rows }, stop.signal),
        );
  report(done, io);
}

async function textOf(file: string): Promise<string> {
  try {
    return file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8');
  } catch (cause) {
    throw new StartError(`${file} can't be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** Waits for the end of the looks and says how far they are. An interrupt ends them at the gateway as well. */
async function watch(
  first: Progress,
  client: ApiClient,
  { io, signal }: { readonly io: Io; readonly signal: AbortSignal },
): Promise<Progress> {
  const clock = systemClock();
  let now = first;
  try {
    while (now.state === 'running') {
      const pause = now.paused_until === null ? '' : `, PikPak asks for a pause until ${now.paused_until}`;
      io.err(`\rLooked at ${now.looked_at} of ${now.total}${pause} `);
      await clock.sleep(POLL_MS, signal);
      now = progress.parse(await client.call(`/api/admin/share/import?id=${now.id}`, undefined, signal));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    await client.call('/api/admin/share/import/cancel', { id: first.id }, AbortSignal.timeout(5000));
    throw new StartError('Stopped. Nothing was added.', { cause: error });
  } finally {
    io.err('\r\u001b[K');
  }
  return now;
}

const OPENS = ['ok', 'added', 'mounted'];

function report({ rows, unusable, repeated, total, added }: Progress, io: Io): void {
  for (const { state, target, line, name, address, reason, remedy } of rows) {
    if (OPENS.includes(state)) io.out(`${state.padEnd(8)}  ${target}\n`);
    else io.out(`${state.padEnd(8)}  line ${line}: ${name || address}\n          ${reason} ${remedy}\n`);
  }
  for (const { line, address } of unusable) io.out(`no share  line ${line}: ${address}\n`);
  const twice = repeated === 0 ? '' : `, ${repeated} named more than once`;
  const done = added === undefined ? 'nothing was added: this was a dry run' : `${added} added`;
  io.out(`${total} shares${twice}; ${done}.\n`);
  const left = rows.filter(({ state }) => !OPENS.includes(state)).length + unusable.length;
  if (left > 0 && added !== undefined)
    throw new StartError(`${left} could not be added; the lines above say why.`);
}
