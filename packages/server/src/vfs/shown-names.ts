import type { Entry, EntryId } from '../core/entry.ts';

/** Characters that cannot stand in a path, and their look-alikes that can. */
const LOOK_ALIKES: Readonly<Record<string, string>> = { '/': '／', '\\': '＼', '\0': '␀', '.': '．' };

/**
 * The names that the entries of one folder are shown under: each usable as a path segment, and no two the same.
 *
 * - `/`, `\` and NUL become their look-alikes `／`, `＼` and `␀`; the names `.` and `..` become `．` and `．．`; an empty name
 *   becomes `_`; lone surrogates become U+FFFD.
 * - Of entries with one name, the first page's entry with the smallest id keeps it, and the others become `name (2).ext`,
 *   `name (3).ext` and so on, in the order of pages and then of ids: within a page the upstream's order doesn't matter.
 *   A number that another entry's own name has taken is left out.
 *
 * Names that were given stay as they are when further pages come. An entry that comes twice, as happens when a folder changes while
 * it is paged through, is shown once.
 */
export class ShownNames {
  readonly #byName = new Map<string, Entry>();
  /** For each name that was wanted twice: the ids that wanted it. */
  readonly #rivals = new Map<string, Set<EntryId>>();
  readonly #lastNumber = new Map<string, number>();

  /** The entry shown under `name`. */
  get(name: string): Entry | undefined {
    return this.#byName.get(name);
  }

  /** Takes in a page. Gives its entries in the same order, as they are shown; repeated ones are left out. */
  add(page: readonly Entry[]): Entry[] {
    const owners = ownersOf(page);
    const shown: (Entry | undefined)[] = [];
    const late: { readonly index: number; readonly entry: Entry; readonly name: string }[] = [];
    for (const [index, entry] of page.entries()) {
      const name = safeName(entry.name);
      if (owners.get(name) === entry.id && !this.#byName.has(name)) shown[index] = this.#claim(name, entry);
      else late.push({ index, entry, name });
    }
    for (const { index, entry, name } of late.sort((a, b) => compareIds(a.entry.id, b.entry.id))) {
      if (!this.#isRepeat(name, entry.id)) shown[index] = this.#claim(this.#numbered(name, entry), entry);
    }
    return shown.filter((entry) => entry !== undefined);
  }

  #claim(name: string, entry: Entry): Entry {
    const shown = name === entry.name ? entry : { ...entry, name };
    this.#byName.set(name, shown);
    return shown;
  }

  #isRepeat(name: string, id: EntryId): boolean {
    const first = this.#byName.get(name)?.id;
    const rivals = this.#rivals.get(name) ?? new Set(first === undefined ? [] : [first]);
    this.#rivals.set(name, rivals);
    const repeat = rivals.has(id);
    rivals.add(id);
    return repeat;
  }

  #numbered(name: string, { kind }: Entry): string {
    const dot = kind === 'file' ? name.lastIndexOf('.') : -1;
    const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    let number = this.#lastNumber.get(name) ?? 1;
    let candidate: string;
    do candidate = `${stem} (${++number})${extension}`;
    while (this.#byName.has(candidate));
    this.#lastNumber.set(name, number);
    return candidate;
  }
}

/** For each name of a page, the smallest id that has it. */
function ownersOf(page: readonly Entry[]): Map<string, EntryId> {
  const owners = new Map<string, EntryId>();
  for (const { name: raw, id } of page) {
    const name = safeName(raw);
    const owner = owners.get(name);
    if (owner === undefined || id < owner) owners.set(name, id);
  }
  return owners;
}

function compareIds(a: EntryId, b: EntryId): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function safeName(name: string): string {
  if (name === '') return '_';
  if (name === '.' || name === '..') return name.replaceAll('.', alike);
  const whole = name.isWellFormed() ? name : name.toWellFormed();
  return /[/\\\0]/.test(whole) ? whole.replaceAll(/[/\\\0]/g, alike) : whole;
}

function alike(char: string): string {
  return LOOK_ALIKES[char] ?? char;
}
