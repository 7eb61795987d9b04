// `npm run build`: one executable with the gateway, the sandbox and the web app inside, `dist/sluice`.
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(import.meta.dir, '..');
const PAGE = join(ROOT, 'packages/web/dist');
const OUTPUT = join(ROOT, 'dist');
const ENTRY = join(OUTPUT, 'entry/main.ts');

/** A program that takes every file of the built page into itself and hands them to the command line. */
function entrySource(files: readonly string[]): string {
  const from = (path: string) => JSON.stringify(relative(join(ENTRY, '..'), path).replaceAll('\\', '/'));
  const imports = files.map((file, index) => `import f${index} from ${from(file)} with { type: 'file' };`);
  const pairs = files.map((file, index) => {
    const name = `/${relative(PAGE, file).replaceAll('\\', '/')}`;
    return `  [${JSON.stringify(name)}, f${index}],`;
  });
  const cli = join(ROOT, 'packages/server/src/cli');
  return [
    // The sandbox's certificates need it before anything else, and bundling changes the order of imports.
    "import 'reflect-metadata';",
    `import { processIo } from ${from(join(cli, 'io.ts'))};`,
    `import { runCli } from ${from(join(cli, 'program.ts'))};`,
    ...imports,
    'const webFiles = new Map([',
    ...pairs,
    ']);',
    'process.exitCode = await runCli(process.argv.slice(2), processIo(), webFiles);',
    '',
  ].join('\n');
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

rmSync(OUTPUT, { recursive: true, force: true });
mkdirSync(join(ENTRY, '..'), { recursive: true });
writeFileSync(ENTRY, entrySource(filesBelow(PAGE)));
const outfile = join(OUTPUT, 'sluice');
const result = await Bun.build({ entrypoints: [ENTRY], compile: { outfile }, minify: true, target: 'bun' });
rmSync(join(ENTRY, '..'), { recursive: true, force: true });
for (const message of result.logs) process.stderr.write(`${message.message}\n`);
if (!result.success) process.exit(1);
process.stdout.write(`${relative(ROOT, outfile)}: ${Math.round(statSync(outfile).size / 1e6)} MB\n`);
