import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './process.mjs';

const INSTALLED = 'node_modules/.package-lock.json';

/** Brings what the other commands need, and says so while it takes long: the packages, and the Bun binary behind its npm package. */
export async function prepare() {
  process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
  checkNode();
  if (!packagesAreCurrent()) await installPackages();
  if (!(await bunAnswers())) await installBun();
}

function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20)
    throw new Error(`Sluice needs Node 20 or newer to start; this is ${process.versions.node}.`);
}

function packagesAreCurrent() {
  return existsSync(INSTALLED) && statSync(INSTALLED).mtimeMs >= statSync('package-lock.json').mtimeMs;
}

async function installPackages() {
  process.stdout.write('Installing packages (about half a minute the first time)…\n');
  // Not `npm ci`: it refuses a lock file that was made where a registry lacks tools for other platforms.
  const code = await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0)
    throw new Error('npm install failed; the lines above say why. Is the package registry reachable?');
}

/** Install scripts may be switched off, and then the `bun` package is there without its binary. */
async function bunAnswers() {
  return (
    (await run('node_modules/.bin/bun', ['--version'], {
      stdio: 'ignore',
      shell: process.platform === 'win32',
    })) === 0
  );
}

async function installBun() {
  process.stdout.write('Unpacking Bun…\n');
  const code = await run(process.execPath, ['node_modules/bun/install.js']);
  if (code !== 0 || !(await bunAnswers()))
    throw new Error('Bun could not be set up; run "node node_modules/bun/install.js" to see why.');
}
