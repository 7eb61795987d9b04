import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

const SRC = join(import.meta.dir, '../src');
const PACKAGES = join(import.meta.dir, '../..');

/**
 * Who may import whom inside the server (design §5). A unit is a folder of `src`, a driver's folder, or a single file there.
 * A unit may always import itself. What is not listed is forbidden.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  runtime: ['core'],
  layers: ['core'],
  'drivers/memory': ['core'],
  'drivers/local': ['core'],
  'drivers/pikpak': ['core'],
  'drivers/pikpak-share': ['core', 'drivers/pikpak'],
  'drivers/index.ts': ['core', 'drivers/local', 'drivers/pikpak', 'drivers/pikpak-share'],
  accounts: ['core', 'http'],
  vfs: ['core'],
  store: ['core'],
  uploads: ['core'],
  tasks: ['core', 'store'],
  offline: ['core', 'tasks', 'uploads', 'vfs'],
  transfers: ['core', 'links', 'tasks', 'uploads', 'vfs'],
  settings: ['core', 'store'],
  thumbs: ['core', 'vfs'],
  users: ['core', 'store', 'settings'],
  resources: ['core', 'store', 'vfs'],
  storages: ['core', 'store', 'vfs', 'layers'],
  shares: ['core', 'store', 'storages', 'vfs', 'tasks'],
  blocks: ['core'],
  links: ['blocks', 'core', 'vfs', 'http'],
  http: ['core'],
  doors: [
    'blocks',
    'thumbs',
    'core',
    'vfs',
    'uploads',
    'links',
    'http',
    'users',
    'storages',
    'settings',
    'shares',
    'tasks',
    'offline',
    'transfers',
    'resources',
  ],
  'config.ts': ['core'],
  'log.ts': ['core', 'config.ts'],
  cli: ['app.ts', 'wiring', 'config.ts', 'core', 'log.ts', 'runtime', 'store', 'users', 'settings'],
  'main.ts': ['cli'],
};

/** The composition root and its parts, which alone may import everything but the command line. */
const ROOT_UNITS = ['app.ts', 'wiring'];

interface Import {
  readonly from: string;
  readonly to: string;
}

function unitOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'drivers' ? `drivers/${second}` : first;
}

function sources(root: string): string[] {
  return [...new Bun.Glob('**/*.{ts,tsx}').scanSync(root)].filter((path) => !path.includes('node_modules'));
}

/** The source without its comments, in which a vendor may well be named. */
function codeOf(file: string): string {
  return new Bun.Transpiler({ loader: file.endsWith('x') ? 'tsx' : 'ts' }).transformSync(
    readFileSync(file, 'utf8'),
  );
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.split('/').includes('testing');
}

/** A file's source without the line that names its interpreter, which the transpiler does not take. */
function textOf(file: string): string {
  return readFileSync(file, 'utf8').replace(/^#!.*/, '');
}

function importsOf(file: string): string[] {
  const loader = file.endsWith('x') ? 'tsx' : 'ts';
  const text = textOf(file);
  const typeOnly = [...text.matchAll(/^(?:import|export) type [^;]*? from '([^']+)'/gms)].map(
    (match) => match[1] ?? '',
  );
  return [...new Bun.Transpiler({ loader }).scanImports(text).map((found) => found.path), ...typeOnly];
}

function internalImports(): Import[] {
  return sources(SRC)
    .filter((path) => !isTest(path))
    .flatMap((path) =>
      importsOf(join(SRC, path))
        .filter((target) => target.startsWith('.'))
        .map((target) => ({ from: path, to: normalize(join(dirname(path), target)) })),
    );
}

describe('the direction of dependencies in the server', () => {
  const imports = internalImports();

  test('the check reads the sources at all', () => {
    expect(imports.length).toBeGreaterThan(20);
  });

  test('a unit imports only what the table allows it', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [unit, target] = [unitOf(from), unitOf(to)];
      if (unit === target) return false;
      if (ROOT_UNITS.includes(unit)) return target === 'cli' || target === 'main.ts';
      return !(MAY_IMPORT[unit] ?? []).includes(target);
    });
    expect(wrong).toEqual([]);
  });

  test('every unit is in the table', () => {
    const units = new Set(
      sources(SRC)
        .filter((path) => !isTest(path))
        .map(unitOf),
    );
    for (const unit of ROOT_UNITS) units.delete(unit);
    expect([...units].filter((unit) => MAY_IMPORT[unit] === undefined)).toEqual([]);
  });

  test('imports stay inside src, except for types', () => {
    expect(imports.filter(({ to }) => to.startsWith('..'))).toEqual([]);
  });

  test('core does no I/O', () => {
    const core = sources(join(SRC, 'core')).filter((path) => !isTest(path));
    const io = core.flatMap((path) =>
      importsOf(join(SRC, 'core', path)).filter((target) => /^(node:(?!stream$)|bun)/.test(target)),
    );
    expect(io).toEqual([]);
  });

  test('no vendor is named outside its driver, the driver list and the composition root', () => {
    const allowed = /^(drivers\/|app\.ts$|wiring\/|demo\.ts$|cli\/)/;
    const named = sources(SRC).filter(
      (path) => !allowed.test(path) && !isTest(path) && /pikpak/i.test(codeOf(join(SRC, path))),
    );
    expect(named).toEqual([]);
  });
});

describe('the borders between packages', () => {
  const packageImports = (name: string, keep: (path: string) => boolean): Import[] =>
    sources(join(PACKAGES, name, 'src'))
      .filter(keep)
      .flatMap((path) => importsOf(join(PACKAGES, name, 'src', path)).map((to) => ({ from: path, to })));

  test('the sandbox knows nothing of the server', () => {
    expect(packageImports('sandbox', () => true).filter(({ to }) => /server/.test(to))).toEqual([]);
  });

  test('the download proxy stands alone', () => {
    const outside = packageImports('edge', (path) => !isTest(path)).filter(
      ({ to }) => !/^(\.\/|node:)/.test(to),
    );
    expect(outside).toEqual([]);
  });

  test('the server reaches the sandbox only from the command line and the demo', () => {
    const reached = packageImports('server', (path) => !isTest(path)).filter(({ to }) => /sandbox/.test(to));
    expect(reached.filter(({ from }) => !/^(cli\/|demo\.ts$)/.test(from))).toEqual([]);
  });

  test('the page takes nothing but types from the server', () => {
    const values = sources(join(PACKAGES, 'web/src')).filter((path) =>
      new Bun.Transpiler({ loader: path.endsWith('x') ? 'tsx' : 'ts' })
        .scanImports(textOf(join(PACKAGES, 'web/src', path)))
        .some((found) => relative('.', found.path).includes('server')),
    );
    expect(values).toEqual([]);
  });
});
