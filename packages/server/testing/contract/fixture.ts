import type { Ctx, Driver } from '../../src/core/driver.ts';
import type { Entry, EntryId } from '../../src/core/entry.ts';
import type { MemoryTree } from '../../src/drivers/memory/index.ts';

/** What a driver must hold for the contract to be checked on it. Where each thing lies is the driver's affair. */
export interface Fixture {
  /** A file of 1 000 bytes to 1 MiB, of which byte i is `byteAt(i)`. */
  readonly file: { readonly id: EntryId; readonly size: number; byteAt(index: number): number };
  /** A folder without entries. */
  readonly emptyFolder: EntryId;
  /** A folder of `count` entries that takes at least `pages` pages. */
  readonly many: { readonly id: EntryId; readonly count: number; readonly pages: number };
  /** A folder that holds entries of just these names. */
  readonly nasty: { readonly id: EntryId; readonly names: readonly string[] };
  /** An id of the right form behind which there is nothing. */
  readonly missing: EntryId;
  /** A name with as much in it as the storage takes. Default: `名字 #1 100%?.d`. */
  readonly newName?: string;
}

/** Names that have broken something somewhere. Not all clouds take all of them. */
export const NASTY_NAMES: readonly string[] = [
  ' leading space',
  'trailing space ',
  'two  spaces',
  'trailing dot.',
  '.hidden',
  '...',
  '-rf',
  '~',
  `quotes ' " \``,
  'query?#fragment',
  '100% %41 %2F %00.txt',
  'a&b=c;d+e@f:g,h',
  '<img src=x onerror=alert(1)>',
  '$(touch x) | `y`',
  '[brackets] {braces} *',
  'tab\tand\nline end',
  '\u202Ergb.txt',
  'é composed',
  'e\u0301 decomposed',
  '名字 電影 ファイル 파일',
  'مرحبا עברית',
  '🎬👨‍👩‍👧.mkv',
  'CON',
  'constructor',
  '__proto__',
  `${'long'.repeat(61)}.txt`,
];

const FILE_SIZE = 300_001;

/** Byte i of the fixture's file. The period is prime, so that a wrong offset shows. */
export const patternByte = (index: number): number => index % 251;

/** The fixture as a tree, for drivers whose content a test can choose. Twenty-five entries are many. */
export const CONTRACT_TREE: MemoryTree = {
  'file.bin': Uint8Array.from({ length: FILE_SIZE }, (_, index) => patternByte(index)),
  'empty folder': {},
  many: Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`entry ${i}`, i % 5 === 0 ? {} : `${i}`])),
  // fromEntries makes `__proto__` a name like any other.
  nasty: Object.fromEntries(NASTY_NAMES.map((name) => [name, name])),
};

/** Finds the parts of `CONTRACT_TREE` in a driver that holds it in the folder `top`. */
export async function findContractTree(
  driver: Driver,
  options: { readonly pages: number; readonly missing: EntryId; readonly top?: EntryId },
): Promise<Fixture> {
  const entries = await listAll(driver, options.top ?? driver.root);
  const idOf = (name: string): EntryId => {
    const found = entries.find((entry) => entry.name === name);
    if (found === undefined) throw new Error(`the storage does not hold "${name}" of the contract's tree`);
    return found.id;
  };
  return {
    file: { id: idOf('file.bin'), size: FILE_SIZE, byteAt: patternByte },
    emptyFolder: idOf('empty folder'),
    many: { id: idOf('many'), count: 25, pages: options.pages },
    nasty: { id: idOf('nasty'), names: NASTY_NAMES },
    missing: options.missing,
  };
}

/** A context for calls that nobody aborts. */
export function patientCtx(signal: AbortSignal = new AbortController().signal): Ctx {
  return { signal, priority: 'browse' };
}

/** The pages of a folder, one by one. @throws Error when they don't end. */
export async function pagesOf(driver: Driver, dir: EntryId, atMost = 1000): Promise<(readonly Entry[])[]> {
  const pages: (readonly Entry[])[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await driver.list({ dir, ...(cursor === undefined ? {} : { cursor }) }, patientCtx());
    pages.push(page.entries);
    if (page.next === undefined) return pages;
    if (pages.length >= atMost) throw new Error('the listing does not end');
    cursor = page.next;
  }
}

export async function listAll(driver: Driver, dir: EntryId): Promise<Entry[]> {
  return (await pagesOf(driver, dir)).flat();
}

/** Reads a stream to its end. */
export async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Bytes `start` to `end` of the fixture's file, as they should be. */
export function wantedBytes(file: Fixture['file'], start: number, end: number): Uint8Array {
  return Uint8Array.from({ length: end - start }, (_, index) => file.byteAt(start + index));
}
