import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { treeOf } from '../../vfs/testing/fake-storage.ts';
import {
  forgetAll,
  layeredMount,
  LOCAL,
  MEMORY,
  type Shape,
  type WritableKind,
} from '../../vfs/testing/real-tree.ts';
import { createView } from '../../vfs/user-view.ts';
import { startDoors } from '../testing/fixture.ts';

type Path = readonly string[];

type Change =
  | { readonly op: 'mkdir'; readonly path: Path }
  | { readonly op: 'rename'; readonly path: Path; readonly name: string; readonly overwrite: boolean }
  | {
      readonly op: 'move' | 'copy';
      readonly from: Path;
      readonly to: Path;
      readonly names: readonly string[];
      readonly overwrite: boolean;
      readonly skip_existing: boolean;
    }
  | { readonly op: 'remove'; readonly dir: Path; readonly names: readonly string[] }
  | { readonly op: 'forget' };

/** The tree before the first change. Every file has a size of its own. */
const START = {
  a: { a: { 'f.txt': '1' }, b: {}, 'f.txt': '22' },
  b: { a: { a: { c: '333' } }, c: '4444' },
  c: '55555',
  'f.txt': '666666',
};
const START_SHAPE: Shape = {
  a: { a: { 'f.txt': 1 }, b: {}, 'f.txt': 2 },
  b: { a: { a: { c: 3 } }, c: 4 },
  c: 5,
  'f.txt': 6,
};

/** Few names, so that they meet often. */
const name = fc.constantFrom('a', 'b', 'c', 'f.txt', 'a..b');
const path = fc.array(name, { maxLength: 3 });
const names = fc.array(name, { minLength: 1, maxLength: 3 });
const flags = { overwrite: fc.boolean(), skip_existing: fc.boolean() };

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ op: fc.constant('mkdir' as const), path }),
  fc.record({ op: fc.constant('rename' as const), path, name, overwrite: fc.boolean() }),
  fc.record({ op: fc.constantFrom('move' as const, 'copy' as const), from: path, to: path, names, ...flags }),
  fc.record({ op: fc.constant('remove' as const), dir: path, names }),
  fc.record({ op: fc.constant('forget' as const) }),
);

test.each([
  [MEMORY, 150],
  [LOCAL, 50],
])(
  'random changes on $kind leave the tree that a simple model says, in listings and in the storage',
  async (kind, numRuns) => {
    const changes = fc.array(change, { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(changes, (list) => run(list, kind)),
      { numRuns },
    );
  },
  120_000,
);

async function run(changes: readonly Change[], kind: WritableKind): Promise<void> {
  const { driver, dispose } = await kind.make(START);
  const { vfs } = treeOf([layeredMount('/', driver)]);
  const doors = await startDoors({ viewOf: (rights) => createView(vfs, rights) });
  const call = async (route: string, body: object): Promise<{ code: number; data: unknown }> =>
    JSON.parse(await doors.api(route, body));
  try {
    let model = structuredClone(START_SHAPE);
    for (const one of changes) {
      if (one.op === 'forget') {
        forgetAll(vfs);
        continue;
      }
      const after = structuredClone(model);
      const succeeds = apply(after, one);
      const { code } = await call(`/fs/${one.op}`, bodyOf(one));
      expect({ one, succeeds: code === 200 }).toEqual({ one, succeeds });
      if (succeeds) model = after;
      expect({ one, tree: await listed('/', call) }).toEqual({ one, tree: model });
    }
    forgetAll(vfs);
    expect(await listed('/', call)).toEqual(model);
  } finally {
    doors.close();
    await dispose();
  }
}

async function listed(
  dir: string,
  call: (route: string, body: object) => Promise<{ data: unknown }>,
): Promise<Shape> {
  const { data } = await call('/fs/list', { path: dir });
  const shape: Shape = {};
  for (const { name, size, is_dir } of contentOf(data)) {
    shape[name] = is_dir ? await listed(`${dir}/${name}`, call) : size;
  }
  return shape;
}

function contentOf(data: unknown): { name: string; size: number; is_dir: boolean }[] {
  const content: unknown = typeof data === 'object' && data !== null && 'content' in data ? data.content : [];
  if (!Array.isArray(content)) return [];
  return content.map(({ name, size, is_dir }) => ({ name, size, is_dir }));
}

function bodyOf(one: Exclude<Change, { op: 'forget' }>): object {
  const text = (path: Path): string => `/${path.join('/')}`;
  switch (one.op) {
    case 'mkdir':
      return { path: text(one.path) };
    case 'rename':
      return { ...one, path: text(one.path) };
    case 'remove':
      return { dir: text(one.dir), names: one.names };
    case 'move':
    case 'copy':
      return { ...one, src_dir: text(one.from), dst_dir: text(one.to) };
  }
}

/** Changes the model. False when the change is refused; the model may then be anything. */
function apply(tree: Shape, one: Exclude<Change, { op: 'forget' }>): boolean {
  switch (one.op) {
    case 'mkdir':
      return makeFolder(tree, one.path);
    case 'rename':
      return rename(tree, one);
    case 'remove':
      return remove(tree, one.dir, one.names);
    case 'move':
    case 'copy':
      return transfer(tree, one);
  }
}

function at(tree: Shape, path: Path): Shape | number | undefined {
  let here: Shape | number | undefined = tree;
  for (const segment of path) here = typeof here === 'object' ? here[segment] : undefined;
  return here;
}

function makeFolder(tree: Shape, path: Path): boolean {
  let here = tree;
  for (const segment of path) {
    const next = (here[segment] ??= {});
    if (typeof next === 'number') return false;
    here = next;
  }
  return true;
}

function rename(tree: Shape, { path, name, overwrite }: Extract<Change, { op: 'rename' }>): boolean {
  const old = path.at(-1);
  const folder = at(tree, path.slice(0, -1));
  if (old === undefined || typeof folder !== 'object') return false;
  const entry = folder[old];
  if (entry === undefined) return false;
  if (name === old) return true;
  if (folder[name] !== undefined && !overwrite) return false;
  folder[name] = entry;
  delete folder[old];
  return true;
}

function remove(tree: Shape, dir: Path, names: readonly string[]): boolean {
  const folder = at(tree, dir);
  if (typeof folder === 'number') return false;
  for (const name of names) delete folder?.[name];
  return true;
}

function transfer(tree: Shape, batch: Extract<Change, { op: 'move' | 'copy' }>): boolean {
  const { op, from, to, overwrite, skip_existing: skip } = batch;
  const [source, target] = [at(tree, from), at(tree, to)];
  if (typeof source !== 'object' || typeof target !== 'object') return false;
  for (const name of new Set(batch.names)) {
    const entry = source[name];
    if (entry === undefined) return false;
    if (typeof entry === 'object' && isWithin(to, [...from, name])) return false;
    if (source === target && !overwrite && !skip) return false;
    if (source === target) continue;
    if (target[name] !== undefined && skip) continue;
    if (target[name] !== undefined && (!overwrite || isWithin(from, [...to, name]))) return false;
    target[name] = structuredClone(entry);
    if (op === 'move') delete source[name];
  }
  return true;
}

function isWithin(path: Path, ancestor: Path): boolean {
  return ancestor.every((segment, index) => path[index] === segment);
}
