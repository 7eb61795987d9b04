// The one entry behind `npm start`, `npm test`, `npm run bench|sandbox|build`. Plain Node, no packages: it runs before any are there.
import { prepare } from './prepare.mjs';
import { run, runForeground } from './process.mjs';

const BUN = 'node_modules/.bin/bun';
/** As `buildServer` makes it. */
const SERVER = 'packages/server/dist/main.js';
const [command, ...args] = process.argv.slice(2);

const commands = {
  start: async () => {
    await buildPage();
    await buildServer();
    return runForeground(BUN, [SERVER, 'serve', '--demo', ...args]);
  },
  sandbox: () => runForeground(BUN, ['packages/sandbox/src/main.ts', ...args]),
  // Bun's fetch runs 256 requests at once unless told otherwise before it starts.
  edge: () => {
    process.env.BUN_CONFIG_MAX_HTTP_REQUESTS ??= '4096';
    return runForeground(BUN, ['packages/edge/src/main.ts', ...args]);
  },
  bench: async () => {
    await buildPage();
    await buildServer();
    return runForeground(BUN, ['bench/main.ts', ...args]);
  },
  build: async () => {
    await buildPage();
    return runForeground(BUN, ['scripts/build-executable.ts', ...args]);
  },
  test: async () => {
    const { test } = await import('./test.mjs');
    return test(args, buildPage);
  },
};

async function buildPage() {
  const code = await run(BUN, ['packages/web/build.ts', '--if-changed']);
  if (code !== 0) throw new Error('The web page could not be built; the lines above say why.');
}

async function buildServer() {
  const code = await run(BUN, ['scripts/build-server.ts']);
  if (code !== 0) throw new Error('The gateway could not be bundled; the lines above say why.');
}

const chosen = commands[command];
if (chosen === undefined) {
  process.stderr.write(`Usage: node scripts/run.mjs ${Object.keys(commands).join('|')} [arguments]\n`);
  process.exit(2);
}
try {
  await prepare();
  process.exitCode = await chosen();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
