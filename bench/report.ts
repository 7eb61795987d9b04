import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { plot } from './plot.ts';
import type { Row } from './row.ts';

const RESULTS = join(import.meta.dir, 'results');

/** What `bench/results/latest.json` holds (design §13). */
export interface Report {
  readonly machine: Readonly<Record<string, string | number>>;
  readonly commit: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

/** The rows with where and of what they were measured. */
export function reportOf(rows: readonly Row[]): Report {
  const manifest = JSON.parse(readFileSync(join(import.meta.dir, '../package.json'), 'utf8')) as {
    version: string;
  };
  return {
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 1e9),
      kernel: release(),
    },
    commit: firstLine('git', ['rev-parse', 'HEAD']),
    versions: {
      sluice: manifest.version,
      bun: Bun.version,
      ...tool('rclone', 'rclone', ['version']),
      ...tool('nginx', '/usr/sbin/nginx', ['-v']),
      ...tool('wrk', 'wrk', ['-v']),
    },
    rows,
  };
}

/** Writes `NAME.json`, `NAME.md` and `NAME.svg` into `bench/results`. */
export function writeReport(name: 'latest' | 'partial', report: Report): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(RESULTS, `${name}.md`), markdown(report, `${name}.svg`));
  writeFileSync(join(RESULTS, `${name}.svg`), plot(report.rows));
}

/** The report as a page for people. @param picture the plot's file */
export function markdown({ machine, commit, versions, rows }: Report, picture: string): string {
  const names = [...new Set(rows.flatMap(({ peers }) => Object.keys(peers)))];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const head = ['', 'what', 'Sluice', 'budget', ...names];
  const body = rows.map((row) =>
    line([
      row.ok === null ? '' : row.ok ? '✓' : '✗',
      row.name,
      `${row.value} ${row.unit}`,
      row.budget === null ? '' : String(row.budget),
      ...names.map((name) => String(row.peers[name] ?? '')),
    ]),
  );
  return `# Bench

Made by \`npm run bench\`; medians of interleaved runs. ✓ and ✗ compare with the budget and with the peers; bare programs are yardsticks.

${Object.entries({ ...machine, commit, ...versions })
  .map(([name, value]) => `- ${name}: ${value}`)
  .join('\n')}

![](${picture})

${[line(head), line(head.map(() => '---')), ...body].join('\n')}
`;
}

function tool(name: string, program: string, args: readonly string[]): Record<string, string> {
  const version = /\d+\.\d+(?:\.\d+)?/.exec(firstLine(program, args))?.[0];
  return version === undefined ? {} : { [name]: version };
}

/** The first line that a program prints on either stream; '' when it is not there. Some exit with a failure after telling their version. */
function firstLine(program: string, args: readonly string[]): string {
  const { stdout, stderr } = Bun.which(program)
    ? Bun.spawnSync([program, ...args], { cwd: import.meta.dir })
    : { stdout: '', stderr: '' };
  return `${stdout.toString()}${stderr.toString()}`.split('\n')[0] ?? '';
}
