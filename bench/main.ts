// `npm run bench`: measures the budgets of the design (§12) on this machine and writes bench/results/latest.json.
import { execSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Row } from './row.ts';
import { listing } from './rows/listing.ts';
import { idle } from './rows/process.ts';
import { redirects } from './rows/redirects.ts';
import { streaming } from './rows/streaming.ts';
import { mountDemo, startBench } from './setup.ts';

const RESULTS = join(import.meta.dir, 'results');

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

function show(row: Row): void {
  const mark = row.ok === null ? ' ' : row.ok ? '✓' : '✗';
  const budget = row.budget === null ? '' : `  (budget ${row.budget})`;
  write(`${mark} ${row.name.padEnd(62)} ${String(row.value).padStart(10)} ${row.unit}${budget}`);
}

async function measure(): Promise<Row[]> {
  const rows: Row[] = [];
  write('Starting the sandbox and the gateway…');
  const bench = await startBench();
  const take = async (found: Promise<Row[]>): Promise<void> => {
    for (const row of await found) {
      rows.push(row);
      show(row);
    }
  };
  try {
    await take(idle(bench));
    await mountDemo(bench);
    await take(streaming(bench));
    await take(redirects(bench));
    await take(listing(bench));
  } finally {
    await bench.stop();
  }
  return rows;
}

const rows = await measure();
const manifest = JSON.parse(readFileSync(join(import.meta.dir, '../package.json'), 'utf8')) as {
  version: string;
};
const report = {
  machine: {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
  },
  commit: execSync('git rev-parse HEAD', { cwd: import.meta.dir, encoding: 'utf8' }).trim(),
  versions: { sluice: manifest.version, bun: Bun.version },
  rows,
};
mkdirSync(RESULTS, { recursive: true });
writeFileSync(join(RESULTS, 'latest.json'), `${JSON.stringify(report, null, 2)}\n`);
process.exitCode = rows.some((row) => row.ok === false) ? 1 : 0;
