// `npm run bench`: measures the budgets of the design (§12) on this machine, and writes bench/results/latest.{json,md,svg}, or partial.* for some rows.
import { type Group, GROUPS } from './groups.ts';
import { type BenchOptions, readOptions, USAGE } from './options.ts';
import { connectPeer } from './peers.ts';
import { bringRclone, type BroughtPeer } from './rclone.ts';
import { reportOf, writeReport } from './report.ts';
import { atMost, type Row } from './row.ts';
import { type Bench, mountDemo, ourselves, startBench } from './setup.ts';

/** A group that takes longer is given up. */
const GROUP_LIMIT_MS = 240_000;

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

function show(row: Row): void {
  const mark = row.ok === null ? ' ' : row.ok ? '✓' : '✗';
  const budget = row.budget === null ? '' : `  (budget ${row.budget})`;
  const peers = Object.entries(row.peers).map(([name, value]) => `  ${name} ${value}`);
  write(
    `${mark} ${row.name.padEnd(64)} ${String(row.value).padStart(10)} ${row.unit}${budget}${peers.join('')}`,
  );
}

/** A group that fails or does not end is a row that says so; the others go on. */
async function measured(group: Group, bench: Bench): Promise<Row[]> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(new Error('it takes too long')), GROUP_LIMIT_MS);
  try {
    return await Promise.race([group.measure(bench), limit.promise]);
  } catch (error) {
    write(`  ${group.name}: ${error instanceof Error ? error.message : String(error)}`);
    return [atMost(`${group.name}: not measured`, 1, 'failures', 0)];
  } finally {
    clearTimeout(timer);
  }
}

async function run({ groups, peers, sandbox, rclone }: BenchOptions): Promise<Row[]> {
  write('Starting the sandbox and the gateway…');
  const started = await startBench(sandbox);
  const rows: Row[] = [];
  let brought: BroughtPeer | undefined;
  try {
    const others = await Promise.all(peers.map(connectPeer));
    if (rclone) brought = await bringRclone(started.sandbox, started.folder);
    if (brought !== undefined) others.push(brought.contender);
    const bench = { ...started, contenders: [ourselves(started), ...others] };
    let mounted = false;
    for (const group of groups) {
      if (group.onAccount && !mounted) await mountDemo(bench);
      mounted ||= group.onAccount;
      for (const row of await measured(group, bench)) {
        rows.push(row);
        show(row);
      }
    }
  } finally {
    await brought?.stop();
    await started.stop();
  }
  return rows;
}

try {
  const options = readOptions(process.argv.slice(2));
  const rows = await run(options);
  writeReport(options.groups.length === GROUPS.length ? 'latest' : 'partial', reportOf(rows));
  process.exit(rows.some((row) => row.ok === false) ? 1 : 0); // whatever a group that was given up still holds
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exit(2);
}
