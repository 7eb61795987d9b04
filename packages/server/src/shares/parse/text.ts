import type { FoundShare, UnusableAddress } from './found-share.ts';
import { hasKeys, headingOf, isComment } from './headings.ts';
import { cleanName, isChatHeader, nameBefore, nameBehind } from './names.ts';
import { takeCodeBehind, takeLabelledCode } from './pass-codes.ts';
import { type AddressKind, type LineAddress, readLines, type TextLine } from './text-line.ts';

type Draft = { -readonly [K in keyof FoundShare]: FoundShare[K] };

/** What a text names, in its order and with repetitions. */
export interface TextFindings {
  readonly shares: readonly FoundShare[];
  readonly unusable: readonly UnusableAddress[];
}

/**
 * Reads any text: chats, posts, lists, YAML of two levels. A name stands before its address or behind it, in the same line or
 * in the next ones; a pass code is announced by a word, or stands alone behind its address. Takes time in proportion to the text.
 */
export function parseText(text: string, kinds: readonly AddressKind[]): TextFindings {
  const all = readLines(text, kinds);
  const lines = hasKeys(all) ? all.filter((line) => !isComment(line)) : all;
  const reader = new Reader(new Set(kinds.map(({ addresses }) => addresses.brand.toLowerCase())));
  const following = nextFilled(lines);
  for (const [index, line] of lines.entries()) reader.take(line, following[index]);
  return reader;
}

/** For each line the next one that is not empty. */
function nextFilled(lines: readonly TextLine[]): (TextLine | undefined)[] {
  const result: (TextLine | undefined)[] = Array.from({ length: lines.length });
  let next: TextLine | undefined;
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    result[index] = next;
    const line = lines[index];
    if (line !== undefined && line.text.trim() !== '') next = line;
  }
  return result;
}

class Reader implements TextFindings {
  readonly shares: Draft[] = [];
  readonly unusable: UnusableAddress[] = [];
  readonly #brands: ReadonlySet<string>;
  #category: string | undefined;
  /** A line of text that waits for the address it names, and how many empty lines ago it stood. */
  #waiting: { readonly name: string; gaps: number } | undefined;
  /** A code that stood before its address. */
  #codeAhead: string | undefined;
  /** The last address of the paragraph, for a name and a code in lines behind it. */
  #last: Draft | undefined;
  /** Whether the paragraph began with an address, so that names stand behind. */
  #namesBehind = false;
  #atStart = true;

  constructor(brands: ReadonlySet<string>) {
    this.#brands = brands;
  }

  /** A vendor's name in front of an address names nothing. */
  #named(name: string | undefined): string | undefined {
    return name !== undefined && this.#brands.has(name.toLowerCase()) ? undefined : name;
  }

  take(line: TextLine, next: TextLine | undefined): void {
    if (line.text.trim() === '') return this.#gap();
    if (isChatHeader(line.text)) return;
    const heading = headingOf(line, next);
    if (heading !== undefined) {
      this.#gap();
      this.#category = heading;
      this.#waiting = undefined;
    } else if (line.addresses.length > 0) this.#addressLine(line);
    else this.#textLine(line);
    this.#atStart = false;
  }

  #gap(): void {
    this.#last = undefined;
    this.#atStart = true;
    this.#namesBehind = false;
    if (this.#waiting !== undefined && ++this.#waiting.gaps > 1) this.#waiting = undefined;
  }

  #textLine({ text }: TextLine): void {
    const { code, rest } = takeLabelledCode(text);
    if (code !== undefined) {
      if (this.#last !== undefined && this.#last.place.passCode === '') giveCode(this.#last, code);
      else this.#codeAhead = code;
    }
    const name = this.#named(cleanName(rest));
    if (name === undefined) return;
    if (this.#namesBehind && this.#last !== undefined) {
      this.#last.name ??= name;
    } else if (this.#waiting === undefined || this.#waiting.gaps > 0) this.#waiting = { name, gaps: 0 };
  }

  #addressLine(line: TextLine): void {
    if (this.#atStart && this.#waiting === undefined) this.#namesBehind = true;
    const [first] = line.addresses;
    const lead = takeLabelledCode(line.text.slice(0, first?.start));
    const leadName = this.#named(nameBefore(lead.rest));
    let before = { code: lead.code ?? this.#codeAhead, name: leadName ?? this.#waiting?.name };
    if (leadName !== undefined) this.#namesBehind = false;
    this.#codeAhead = undefined;
    this.#waiting = undefined;
    for (const [index, address] of line.addresses.entries()) {
      const behind = line.text.slice(address.end, line.addresses[index + 1]?.start);
      const tail = takeCodeBehind(behind);
      const nameIsAhead = before.name !== undefined;
      const draft = this.#add(address, line.number);
      if (draft !== undefined) {
        giveCode(draft, tail.code ?? before.code);
        const name = before.name ?? this.#named(nameBehind(tail.rest));
        if (name !== undefined) draft.name = name;
      }
      before = { code: undefined, name: nameIsAhead ? this.#named(nameBefore(tail.rest)) : undefined };
    }
  }

  #add({ kind, text, place }: LineAddress, line: number): Draft | undefined {
    if (place === undefined) {
      this.unusable.push({ address: text, line, reason: 'not_a_share' });
      return undefined;
    }
    const draft: Draft = { kind, place, address: text, line };
    if (this.#category !== undefined) draft.category = this.#category;
    this.shares.push(draft);
    this.#last = draft;
    return draft;
  }
}

function giveCode(draft: Draft, code: string | undefined): void {
  if (code === undefined || draft.place.passCode !== '') return;
  draft.place = { ...draft.place, passCode: code };
}
