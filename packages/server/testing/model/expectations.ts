import {
  byId,
  fresh,
  type Item,
  isFolder,
  liesWithin,
  newId,
  parentOf,
  put,
  renamed,
  shownAs,
  TOP,
  thrownAway,
  type Tree,
  without,
} from './tree.ts';
import { gcidOf } from './gcid.ts';
import type { Change, Path } from './steps.ts';
import type { Effect } from './subject.ts';

/** What may come of a change. */
export interface Expectation {
  /** The trees that it may leave when it says that it is done. None: it can't be done. */
  readonly done: readonly Tree[];
  /** The trees that it may leave when it fails: the one before, the one after, and those on the way. */
  readonly failed: readonly Tree[];
  /** Those that it may leave as well when it took too long, or nobody saw it through. */
  readonly late: readonly Tree[];
}

/** One thing that happens to a tree. `undefined`: it is refused. */
type Step = (tree: Tree) => Tree | undefined;

/** Steps, each with what may be seen of it on the way when it breaks off. */
interface PlannedStep {
  readonly go: Step;
  readonly onTheWay?: (tree: Tree) => readonly Tree[];
  /** What may come of it when the gateway has given up waiting for it. */
  readonly late?: Step;
}

/** A refusal is an empty plan that can't be done. */
type Plan = readonly PlannedStep[] | 'refused';

/**
 * What may come of a change to a tree, by the plain rules of a file tree.
 *
 * @param seen The trees that the gateway may take for the present one: what others change it sees only when it looks again. The last is
 *   the present one.
 * @param effects What others do meanwhile, at any point of it, in their order.
 */
export function expectation(
  seen: readonly Tree[],
  change: Change,
  effects: readonly Effect[] = [],
): Expectation {
  const present = seen.at(-1);
  if (present === undefined) throw new Error('there is no tree');
  const later = effects.map((_, index) =>
    effects.slice(0, index + 1).reduce((tree, act) => act(tree), present),
  );
  const done: Tree[] = [];
  const failed: Tree[] = [later.at(-1) ?? present];
  const late: Tree[] = [];
  const explore = (tree: Tree, plan: readonly PlannedStep[], left: readonly Effect[]): void => {
    const [act, ...others] = left;
    if (act !== undefined) explore(act(tree), plan, others);
    const [step, ...rest] = plan;
    if (act === undefined) failed.push(tree, ...(step?.onTheWay?.(tree) ?? []));
    else
      failed.push(...(step?.onTheWay?.(tree) ?? []).map((way) => left.reduce((now, one) => one(now), way)));
    const tardy = step?.late?.(tree);
    if (tardy !== undefined) late.push(left.reduce((now, one) => one(now), tardy));
    const next = step?.go(tree);
    if (next !== undefined) explore(next, rest, left);
    if (step === undefined && act === undefined) done.push(tree);
  };
  for (const plan of plans([...seen, ...later], change))
    if (plan !== 'refused') explore(present, plan, effects);
  return { done, failed, late };
}

/** A plan for each way in which the gateway may understand the paths. */
function plans(seen: readonly Tree[], change: Change): readonly Plan[] {
  const items = (path: Path): readonly (Item | undefined)[] => reached(seen, path);
  switch (change.op) {
    case 'mkdir':
      return places(seen, change.path).map(mkdirPlan);
    case 'rename': {
      const same = change.path.at(-1) === change.name ? LEFT_OUT : undefined;
      return items(change.path).map((item) =>
        item === undefined ? 'refused' : [same ?? renaming(item, change)],
      );
    }
    case 'remove':
      return items(change.dir).flatMap((dir) => each(change.names, (name) => removal(seen, dir, name)));
    case 'upload':
      return places(seen, change.dir).flatMap((place) => uploadPlans(seen, place, change));
    case 'move':
    case 'copy':
      return items(change.from).flatMap((from) =>
        items(change.to).flatMap((to) => {
          if (from === undefined || to === undefined || !isFolder(from) || !isFolder(to))
            return ['refused' as const];
          return each(change.names, (name) => transfers(seen, { from, to }, name, change));
        }),
      );
  }
}

/** All ways to do something for each of several names, in any order: what replaces nothing may go first, all at once. */
function each(
  names: readonly string[],
  waysFor: (name: string) => readonly (PlannedStep | 'refused')[],
): Plan[] {
  return orders([...new Set(names)]).flatMap((order) => inOrder(order, waysFor));
}

function orders(names: readonly string[]): readonly (readonly string[])[] {
  if (names.length < 2) return [names];
  return names.flatMap((first) =>
    orders(names.filter((name) => name !== first)).map((rest) => [first, ...rest]),
  );
}

function inOrder(
  names: readonly string[],
  waysFor: (name: string) => readonly (PlannedStep | 'refused')[],
): Plan[] {
  let ways: Plan[] = [[]];
  for (const name of names) {
    ways = ways.flatMap((way) =>
      waysFor(name).map((step) => (way === 'refused' || step === 'refused' ? 'refused' : [...way, step])),
    );
  }
  return ways;
}

/** A folder, and the names of those in it that may have to be made. */
interface Place {
  readonly base: string;
  readonly missing: Path;
}

/** What a path may lead to: each folder on the way may be seen as it was or as it is. */
function reached(seen: readonly Tree[], path: Path): readonly (Item | undefined)[] {
  let here = new Map<string | undefined, Item | undefined>([[TOP, { id: TOP, name: '', items: [] }]]);
  for (const name of path) {
    const found = [...here.keys()].flatMap((id) =>
      id === undefined ? [undefined] : targets(seen, id, name),
    );
    here = new Map(found.map((item) => [item?.id, item]));
  }
  return [...here.values()];
}

/** Where a path may lead; undefined for a file in the way. */
function places(seen: readonly Tree[], path: Path, base = TOP, depth = 0): readonly (Place | undefined)[] {
  const name = path[depth];
  if (name === undefined) return [{ base, missing: [] }];
  return targets(seen, base, name).flatMap((item) => {
    if (item === undefined) return [{ base, missing: path.slice(depth) }];
    return isFolder(item) ? places(seen, path, item.id, depth + 1) : [undefined];
  });
}

function mkdirPlan(place: Place | undefined): Plan {
  if (place === undefined) return 'refused';
  return place.missing.length === 0 ? [] : chain(place.base, place.missing);
}

/** Folders in folders. Each step makes one more; what is there by then is fine. */
function chain(folder: string, names: readonly string[]): Plan {
  return [
    {
      go: (tree) => deepen(tree, folder, names, names.length),
      onTheWay: (tree) => names.flatMap((_, index) => deepen(tree, folder, names, index) ?? []),
    },
  ];
}

function deepen(tree: Tree, id: string, names: readonly string[], count: number): Tree | undefined {
  const folder = byId(tree, id);
  const [name, ...rest] = names;
  if (folder === undefined || !isFolder(folder)) return undefined;
  if (name === undefined || count === 0) return tree;
  const there = shownAs(folder.items, name);
  if (there !== undefined) return isFolder(there) ? deepen(tree, there.id, rest, count - 1) : undefined;
  const nested = names
    .slice(0, count)
    .reduceRight<readonly Item[]>((items, one) => [{ id: newId(), name: one, items }], []);
  return nested.reduce((grown, item) => put(grown, id, item), tree);
}

function isTaken(folder: Item | undefined, name: string, but = ''): boolean {
  return folder?.items.some((item) => item.name === name && item.id !== but) === true;
}

function renaming({ id }: Item, { name, overwrite }: Extract<Change, { op: 'rename' }>): PlannedStep {
  const rename = (tree: Tree): Tree | undefined => {
    const folder = parentOf(tree, id);
    if (folder === undefined) return undefined;
    if (byId(tree, id)?.name === name) return tree;
    return isTaken(folder, name, id) ? undefined : renamed(tree, id, name);
  };
  return replaceable(rename, overwrite, (tree) =>
    byId(tree, id)?.name === name ? [] : named(parentOf(tree, id), name),
  );
}

function uploadPlans(
  seen: readonly Tree[],
  place: Place | undefined,
  change: Extract<Change, { op: 'upload' }>,
): readonly Plan[] {
  const folders = mkdirPlan(place);
  if (place === undefined || folders === 'refused') return ['refused'];
  const step = uploading(place, change);
  if (place.missing.length > 0) return [[...folders, step]];
  const target = targets(seen, place.base, change.name).find((item) => item !== undefined);
  return target !== undefined && change.conflict === 'skip' ? [[step], [LEFT_OUT]] : [[step]];
}

/** Where something is to be replaced, the new file comes under a name of its own first. */
function uploading(
  { base, missing }: Place,
  { name, content, conflict }: Extract<Change, { op: 'upload' }>,
): PlannedStep {
  const folderIn = (tree: Tree): Item | undefined =>
    missing.reduce<Item | undefined>(
      (folder, segment) => folder && shownAs(folder.items, segment),
      byId(tree, base),
    );
  const file = (called: string | RegExp): Item => ({
    id: newId(),
    name: called,
    content: gcidOf(content),
    items: [],
  });
  const place: Step = (tree) => {
    const folder = folderIn(tree);
    if (folder === undefined || !isFolder(folder)) return undefined;
    if (isTaken(folder, name)) return conflict === 'skip' ? tree : undefined;
    return put(tree, folder.id, file(name));
  };
  if (conflict !== 'overwrite') return { go: place };
  const targetsIn = (tree: Tree): readonly Item[] => named(folderIn(tree), name);
  const replace = replaceable(place, true, targetsIn);
  return {
    go: (tree) => {
      return targetsIn(tree).some(isFolder) ? undefined : replace.go(tree);
    },
    onTheWay: (tree) => {
      const folder = folderIn(tree);
      if (folder === undefined || !isFolder(folder)) return [];
      const arrived = put(tree, folder.id, file(ARRIVED));
      const thrown = { ...tree, ...(tree.trash === undefined ? {} : { trash: [...tree.trash, file(name)] }) };
      const aside = targetsIn(tree).flatMap(({ id }) => [
        renamed(arrived, id, ASIDE),
        renamed(thrown, id, ASIDE),
      ]);
      return [arrived, ...aside, thrown, ...(replace.onTheWay?.(tree) ?? [])];
    },
  };
}

function removal(
  seen: readonly Tree[],
  dir: Item | undefined,
  name: string,
): readonly (PlannedStep | 'refused')[] {
  if (dir === undefined) return [{ go: (tree) => tree }];
  if (!isFolder(dir)) return ['refused'];
  return targets(seen, dir.id, name).map((item) => ({
    go: (tree) => (item === undefined ? tree : thrownAway(tree, item.id)),
  }));
}

/** What may be called so in a folder. */
function targets(seen: readonly Tree[], dir: string, name: string): readonly (Item | undefined)[] {
  const found = new Map(
    seen.map((tree) => shownAs(byId(tree, dir)?.items ?? [], name)).map((item) => [item?.id, item]),
  );
  return [...found.values()];
}

const LEFT_OUT: PlannedStep = { go: (tree) => tree };

function transfers(
  seen: readonly Tree[],
  { from, to }: { readonly from: Item; readonly to: Item },
  name: string,
  { op, conflict }: Extract<Change, { op: 'move' | 'copy' }>,
): readonly (PlannedStep | 'refused')[] {
  const maySeemTaken = conflict === 'skip' && targets(seen, to.id, name).some((item) => item !== undefined);
  return targets(seen, from.id, name).flatMap((item): readonly (PlannedStep | 'refused')[] => {
    if (item === undefined || liesWithin(item, to.id)) return ['refused'];
    if (from.id === to.id) return conflict === 'fail' ? ['refused'] : [LEFT_OUT];
    const go: Step = (tree) => {
      const source = byId(tree, item.id);
      const target = byId(tree, to.id);
      if (source === undefined || target === undefined || liesWithin(source, to.id)) return undefined;
      if (isTaken(target, name)) return conflict === 'skip' ? tree : undefined;
      return op === 'move'
        ? put(without(tree, item.id), to.id, { ...source, name })
        : put(tree, to.id, { ...fresh(source), name });
    };
    // What holds the source can't give way to it.
    const step = replaceable(go, conflict === 'overwrite', (tree) =>
      named(byId(tree, to.id), name).filter((taken) => !liesWithin(taken, from.id)),
    );
    // What the cloud does after it was given up comes when the old entry has its name back: both stay.
    const late: Step = (tree) => {
      const source = byId(tree, item.id);
      if (source === undefined || !isTaken(byId(tree, to.id), name)) return undefined;
      const rest = op === 'move' ? without(tree, item.id) : tree;
      return put(rest, to.id, { ...(op === 'move' ? source : fresh(source)), name: NUMBERED });
    };
    const withLate = { ...step, late };
    return maySeemTaken ? [withLate, LEFT_OUT] : [withLate];
  });
}

/** All that a folder calls so, which is more than one thing where others make it so. */
function named(folder: Item | undefined, name: string): readonly Item[] {
  const first = shownAs(folder?.items ?? [], name);
  const others = folder?.items.filter((item) => item.name === name && item !== first) ?? [];
  return first === undefined ? [] : [first, ...others];
}

/** A step that may put something else aside: at every point of it, the old or the new one is there, and mostly both. */
function replaceable(go: Step, overwrite: boolean, targetsIn: (tree: Tree) => readonly Item[]): PlannedStep {
  if (!overwrite) return { go };
  return {
    go: (tree) => {
      const [target] = targetsIn(tree);
      return go(target === undefined ? tree : thrownAway(tree, target.id));
    },
    onTheWay: (tree) =>
      targetsIn(tree).flatMap(({ id }) => {
        const freed = renamed(tree, id, ASIDE);
        const placed = go(freed);
        return placed === undefined ? [freed] : [freed, placed];
      }),
  };
}

/** Names that something has for a while, and keeps where everything fails. */
export function isInterim(name: Item['name']): boolean {
  return typeof name === 'string' && (ARRIVED.test(name) || ASIDE.test(name));
}

/** What a file is called that is to replace another. */
const ARRIVED = /\.uploaded-[0-9a-z]+-\d+(\.\w+)?$/;

/** What a cloud makes of names that are taken. */
const NUMBERED = /\(\d+\)(\.\w+)?$/;

/** What an entry is called that had to give way. */
const ASIDE = /\.replaced-[0-9a-z]+-\d+$/;
