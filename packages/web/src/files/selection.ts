/** What is selected in a folder, by name. `anchor` is where a range starts. */
export interface Selection {
  readonly names: ReadonlySet<string>;
  readonly anchor: string | undefined;
}

export const NOTHING: Selection = { names: new Set(), anchor: undefined };

/** Selects `name` and nothing else. */
export function selectOnly(name: string): Selection {
  return { names: new Set([name]), anchor: name };
}

/** Adds `name`, or takes it out. */
export function toggle(selection: Selection, name: string): Selection {
  const names = new Set(selection.names);
  if (!names.delete(name)) names.add(name);
  return { names, anchor: name };
}

/**
 * Selects from the anchor to `name`, both included, in the order shown. What was selected elsewhere is given up, as file managers do it.
 * Without an anchor in the order, the range is `name` alone.
 */
export function extendTo(selection: Selection, name: string, order: readonly string[]): Selection {
  const end = order.indexOf(name);
  const start = selection.anchor === undefined ? -1 : order.indexOf(selection.anchor);
  if (end < 0) return selection;
  if (start < 0) return selectOnly(name);
  const range = order.slice(Math.min(start, end), Math.max(start, end) + 1);
  return { names: new Set(range), anchor: selection.anchor };
}

/** Selects all of `order`; when all of it is selected already, nothing. */
export function toggleAll(selection: Selection, order: readonly string[]): Selection {
  const complete = order.length > 0 && order.every((name) => selection.names.has(name));
  return complete ? NOTHING : { names: new Set(order), anchor: selection.anchor ?? order[0] };
}
