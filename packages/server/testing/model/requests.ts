import { buffer } from 'node:stream/consumers';
import type { Ctx } from '../../src/core/driver.ts';
import { StorageError } from '../../src/core/errors.ts';
import { gcidOf } from './gcid.ts';
import { type Change, type Conflict, CONTENTS, type Path, type Question, START } from './steps.ts';
import { pathOf, sourceOf, type Subject } from './subject.ts';
import { at, type Item, isFolder, shownAs, type Tree } from './tree.ts';

/** What a folder shows: names with what is behind them. Files name their content, or their size where listings know no hashes. */
export interface Shown {
  [name: string]: Shown | number;
}

/** Asks a subject's gateway for a change. */
export async function carryOut({ gateway }: Subject, change: Change, ctx: Ctx): Promise<void> {
  const { view } = gateway;
  switch (change.op) {
    case 'mkdir':
      return view.mkdir(pathOf(change.path), ctx);
    case 'rename':
      return view.rename(pathOf(change.path), { name: change.name, overwrite: change.overwrite }, ctx);
    case 'move':
    case 'copy': {
      const batch = { from: pathOf(change.from), to: pathOf(change.to), names: change.names };
      await view[change.op](batch, conflictOf(change), ctx);
      return;
    }
    case 'remove':
      return view.remove(pathOf(change.dir), change.names, ctx);
    case 'upload':
      await view.upload(
        pathOf([...change.dir, change.name]),
        sourceOf(change.content),
        conflictOf(change),
        ctx,
      );
      return;
  }
}

function conflictOf({ conflict }: { readonly conflict: Conflict }) {
  return { overwrite: conflict === 'overwrite', skipExisting: conflict === 'skip' };
}

/** Asks a subject's gateway. */
export async function answerTo(subject: Subject, question: Question, ctx: Ctx): Promise<unknown> {
  const { view } = subject.gateway;
  const path = pathOf(question.path);
  switch (question.op) {
    case 'list': {
      const { nodes } = await view.list(path, { refresh: question.refresh }, ctx);
      return nodes.map(({ entry }) => entry.name).toSorted();
    }
    case 'stat':
      return (await view.get(path, ctx)).entry.kind;
    case 'read':
      return readFile(subject, question.path, ctx);
  }
}

/** What the answer has to be; undefined when there is none. */
export function answerIn(tree: Tree, question: Question): unknown {
  const item = at(tree, question.path);
  if (item === undefined) return undefined;
  switch (question.op) {
    case 'list':
      return isFolder(item) ? Object.keys(shownIn(item.items)).toSorted() : undefined;
    case 'stat':
      return isFolder(item) ? 'folder' : 'file';
    case 'read':
      return item.content;
  }
}

/** Whether an error says rightly that there is nothing of the kind. */
export function isMissing(error: unknown, possible: readonly unknown[]): boolean {
  const codes = new Set(['not_found', 'not_a_folder', 'not_a_file']);
  return error instanceof StorageError && codes.has(error.code) && possible.includes(undefined);
}

/** The content of a file, read as a player would, and named as in the model. */
export async function readFile({ gateway }: Subject, path: Path, ctx: Ctx): Promise<string> {
  const file = await gateway.view.open(pathOf(path), ctx);
  const { size } = file.node.entry;
  if (size === 0) return gcidOf('');
  if (file.source === 'read') {
    return gcidOf((await buffer(await file.read(0, size, ctx))).toString());
  }
  const { url, headers } = await file.link('download', ctx);
  const response = await file.transport.request({ method: 'GET', url, headers, signal: ctx.signal });
  if (response.status !== 200) {
    response.body.destroy();
    file.forgetLink();
    throw new StorageError('unavailable', `the bytes are refused with ${response.status}`);
  }
  try {
    return gcidOf((await buffer(response.body)).toString());
  } catch (cause) {
    throw new StorageError('unavailable', 'the bytes broke off', { cause });
  }
}

/** Everything below a path, as the gateway shows it. */
export async function shownBelow(subject: Subject, path: Path): Promise<Shown> {
  const ctx = { signal: new AbortController().signal, priority: 'browse' } as const;
  const { nodes } = await subject.gateway.view.list(pathOf(path), {}, ctx);
  const shown: [string, Shown | number][] = [];
  for (const { entry } of nodes) {
    shown.push([
      entry.name,
      entry.kind === 'folder' ? await shownBelow(subject, [...path, entry.name]) : entry.size,
    ]);
  }
  return inOrder(shown);
}

/** What has to be shown of these: of those that are called the same, the first by id has the name, the others numbers. */
export function shownIn(items: readonly Item[]): Shown {
  const shown: [string, Shown | number][] = [];
  const taken = new Set(items.map(({ name }) => String(name)));
  for (const item of items.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    let name = String(item.name);
    if (shownAs(items, name) !== item) {
      const dot = isFolder(item) ? -1 : name.lastIndexOf('.');
      const [stem, end] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
      for (let number = 2; taken.has(name); number++) name = `${stem} (${number})${end}`;
      taken.add(name);
    }
    shown.push([name, item.content === undefined ? shownIn(item.items) : sizeOf(item.content)]);
  }
  return inOrder(shown);
}

const SIZES = new Map(
  [...CONTENTS, ...Object.values(START)].map((one) => [gcidOf(one), Buffer.byteLength(one)]),
);

function sizeOf(content: string): number {
  return SIZES.get(content) ?? -1;
}

function inOrder(shown: readonly [string, Shown | number][]): Shown {
  return Object.fromEntries(shown.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
