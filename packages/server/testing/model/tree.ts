/** A file or folder as a storage really has it, or as the model expects it. */
export interface Item {
  /** A made-up one (`newId`) where only the storage knows it. */
  readonly id: string;
  /** A pattern where several names are right. */
  readonly name: string | RegExp;
  /** Names what a file holds; absent for folders. */
  readonly content?: string;
  readonly items: readonly Item[];
}

/** A storage's whole tree. */
export interface Tree {
  readonly items: readonly Item[];
  /** What has been thrown away, under whatever name; absent where nobody can look. */
  readonly trash?: readonly Item[];
  /** Names held by uploads whose bytes have not come, with the folder's id. */
  readonly pending: readonly { readonly folder: string; readonly name: string }[];
}

/** The id of the folder that everything lies in. */
export const TOP = '';

/** Stands for the id of something new. */
export function newId(): string {
  return `?${crypto.randomUUID()}`;
}

function isMadeUp(id: string): boolean {
  return id.startsWith('?');
}

/** The item with an id; or what is new at its path, where it was given its id meanwhile. */
export function idIn(
  tree: Tree,
  { id, path }: { readonly id: string; readonly path: readonly string[] },
): string {
  if (byId(tree, id) !== undefined) return id;
  const there = at(tree, path);
  return there !== undefined && isMadeUp(there.id) ? there.id : id;
}

export function isFolder(item: Item): boolean {
  return item.content === undefined;
}

/**
 * The item that a folder shows under a name. Of several that are called so, the one with the smallest id has the name to itself; the others
 * are shown with a number, which nobody asks for here.
 */
export function shownAs(items: readonly Item[], name: string): Item | undefined {
  return items.filter((item) => item.name === name).sort((a, b) => (a.id < b.id ? -1 : 1))[0];
}

/** The item behind a path; `undefined` for none. The top itself is an item. */
export function at(tree: Tree, path: readonly string[]): Item | undefined {
  let here: Item | undefined = { id: TOP, name: '', items: tree.items };
  for (const name of path) here = here === undefined ? undefined : shownAs(here.items, name);
  return here;
}

/** The item with an id, wherever it lies outside the trash. */
export function byId(tree: Tree, id: string): Item | undefined {
  if (id === TOP) return { id: TOP, name: '', items: tree.items };
  const search = (items: readonly Item[]): Item | undefined => {
    for (const item of items) {
      const found = item.id === id ? item : search(item.items);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(tree.items);
}

/** The folder that an item lies in. */
export function parentOf(tree: Tree, id: string): Item | undefined {
  const search = (folder: Item): Item | undefined => {
    if (folder.items.some((item) => item.id === id)) return folder;
    for (const item of folder.items) {
      const found = search(item);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search({ id: TOP, name: '', items: tree.items });
}

/** Whether `id` lies in `folder`, or is it. */
export function liesWithin(folder: Item, id: string): boolean {
  return folder.id === id || folder.items.some((item) => liesWithin(item, id));
}

/** The tree with the content of one folder changed. */
export function withFolder(
  tree: Tree,
  id: string,
  change: (items: readonly Item[]) => readonly Item[],
): Tree {
  const walk = (item: Item): Item =>
    item.id === id ? { ...item, items: change(item.items) } : { ...item, items: item.items.map(walk) };
  return { ...tree, items: id === TOP ? change(tree.items) : tree.items.map(walk) };
}

/** The tree without an item. */
export function without(tree: Tree, id: string): Tree {
  const parent = parentOf(tree, id);
  if (parent === undefined) return tree;
  return withFolder(tree, parent.id, (items) => items.filter((item) => item.id !== id));
}

export function put(tree: Tree, folder: string, item: Item): Tree {
  return withFolder(tree, folder, (items) => [...items, item]);
}

/** Whether an item lies in the trash, or in something that does. */
export function isThrownAway(tree: Tree, item: Item | undefined): boolean {
  return item !== undefined && tree.trash?.some((thrown) => liesWithin(thrown, item.id)) === true;
}

/** The tree after an item went to the trash. */
export function thrownAway(tree: Tree, id: string): Tree {
  const item = byId(tree, id);
  if (item === undefined) return tree;
  const { trash } = tree;
  return { ...without(tree, id), ...(trash === undefined ? {} : { trash: [...trash, item] }) };
}

/** The tree after an item got another name. */
export function renamed(tree: Tree, id: string, name: string | RegExp): Tree {
  const item = byId(tree, id);
  const folder = parentOf(tree, id);
  return item === undefined || folder === undefined
    ? tree
    : put(without(tree, id), folder.id, { ...item, name });
}

/** An item and all in it as something new. */
export function fresh(item: Item): Item {
  return { ...item, id: newId(), items: item.items.map(fresh) };
}

/**
 * Whether a storage has just what the model says: nothing more, nothing less, and nothing in the place of something else.
 * @param ids Whether the storage's ids stay with their items.
 */
export function fits(model: Tree, real: Tree, ids: boolean): boolean {
  if (!itemsFit(model.items, real.items, { ids, names: true })) return false;
  if (model.trash === undefined || real.trash === undefined) return true;
  return itemsFit(model.trash, real.trash, { ids, names: false });
}

interface Strictness {
  readonly ids: boolean;
  readonly names: boolean;
}

function itemsFit(model: readonly Item[], real: readonly Item[], strict: Strictness): boolean {
  if (model.length !== real.length) return false;
  const left = new Set(real);
  // What is known by its id takes its counterpart before what could be several.
  for (const item of model.toSorted((a, b) => Number(isMadeUp(a.id)) - Number(isMadeUp(b.id)))) {
    const match = [...left].find((other) => itemFits(item, other, strict));
    if (match === undefined) return false;
    left.delete(match);
  }
  return true;
}

function itemFits(model: Item, real: Item, { ids, names }: Strictness): boolean {
  if (ids && !isMadeUp(model.id) && model.id !== real.id) return false;
  if (model.content !== real.content) return false;
  if (names && !nameFits(model.name, real.name)) return false;
  return itemsFit(model.items, real.items, { ids, names: true });
}

function nameFits(model: string | RegExp, real: string | RegExp): boolean {
  return typeof model === 'string' ? model === real : typeof real === 'string' && model.test(real);
}

/** For people: one line for each item. */
export function drawn(tree: Tree): string {
  const lines = (items: readonly Item[], indent: string): string[] =>
    items
      .toSorted((a, b) => (String(a.name) < String(b.name) ? -1 : 1))
      .flatMap((item) => [
        `${indent}${String(item.name)}${isFolder(item) ? '/' : ` = ${item.content}`}  ${item.id}`,
        ...lines(item.items, `${indent}  `),
      ]);
  const trash = tree.trash === undefined ? [] : ['in the trash:', ...lines(tree.trash, '  ')];
  const pending = tree.pending.map(({ folder, name }) => `pending: ${name} in ${folder}`);
  return [...lines(tree.items, ''), ...trash, ...pending].join('\n');
}
