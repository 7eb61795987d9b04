import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { run } from './process.mjs';

const BIN = 'node_modules/.bin';
const REPORTS = '.cache/test-reports';

/** Steps of `npm test` in order, quickest first. `npm test -- NAME…` runs only those. */
function stepsOf(buildPage) {
  const check =
    (program, ...args) =>
    () =>
      run(`${BIN}/${program}`, args);
  return [
    ['format', check('biome', 'format', '--error-on-warnings', '.')],
    ['lint', check('oxlint', '--type-aware', '--deny-warnings')],
    ['types', check('tsc', '-p', 'tsconfig.json')],
    ['unused', check('knip', '--no-progress', '--no-config-hints')],
    ['boundaries', bunTest('boundaries', 'packages/server/testing/boundaries.test.ts')],
    [
      'unit',
      bunTest(
        'unit',
        'packages/server/src',
        'packages/sandbox/src',
        'packages/edge/src',
        'packages/web/src',
        './bench',
      ),
    ],
    ['runtime', bunTest('runtime', 'packages/server/testing/runtime-facts.test.ts')],
    ['page', async () => (await buildPage(), 0)],
    ['system', bunTest('system', './tests')],
  ];
}

function bunTest(step, ...paths) {
  const report = ['--reporter=junit', `--reporter-outfile=${REPORTS}/${step}.xml`];
  return () => run(`${BIN}/bun`, ['test', '--timeout', '60000', ...report, ...paths]);
}

/** Adds what one step's report counted to `totals`; steps that are not tests have none. */
function count(step, totals) {
  let text;
  try {
    text = readFileSync(`${REPORTS}/${step}.xml`, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  const head = /<testsuites [^>]*>/.exec(text)?.[0] ?? '';
  const read = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
  totals.failed += read('failures');
  totals.skipped += read('skipped');
  totals.passed += read('tests') - read('failures') - read('skipped');
}

/** Runs the steps until one fails; gives its exit code. */
export async function test(names, buildPage) {
  const steps = stepsOf(buildPage);
  const unknown = names.filter((name) => !steps.some(([step]) => step === name));
  if (unknown.length > 0) {
    process.stderr.write(`No such step: ${unknown.join(', ')}. Steps: ${steps.map(([s]) => s).join(', ')}\n`);
    return 2;
  }
  rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const began = Date.now();
  let code = 0;
  for (const [name, action] of steps) {
    if (names.length > 0 && !names.includes(name)) continue;
    code = await timed(name, action);
    count(name, totals);
    if (code !== 0) break;
  }
  const verdict = code === 0 ? 'All steps passed' : 'A step failed';
  process.stdout.write(`\n${verdict} after ${((Date.now() - began) / 1000).toFixed(0)} s\n`);
  process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
  return code;
}

async function timed(name, action) {
  const start = Date.now();
  process.stdout.write(`\n— ${name}\n`);
  const code = await action();
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  process.stdout.write(`${name}: ${code === 0 ? 'ok' : `failed (exit code ${code})`}, ${seconds} s\n`);
  return code;
}
