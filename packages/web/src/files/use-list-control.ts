import { useMemo, useRef, useState } from 'react';
import type { Entry } from '../api/entries.ts';
import { typeAhead } from './filter.ts';
import { clampIndex, type ListCommand } from './keyboard.ts';
import { extendTo, NOTHING, type Selection, selectOnly, toggle, toggleAll } from './selection.ts';

/** What keys and presses lead to. */
export interface ListActions {
  readonly open: (entry: Entry) => void;
  readonly up: () => void;
  readonly preview: (entry: Entry) => void;
  readonly remove: (entries: readonly Entry[]) => void;
  readonly rename: (entry: Entry) => void;
  /** Escape with nothing selected. */
  readonly leave: () => void;
}

/** Where the cursor is in a list and what is selected. */
export interface ListControl {
  readonly entries: readonly Entry[];
  /** -1 when nothing has the cursor. */
  readonly cursor: number;
  readonly selected: readonly Entry[];
  readonly isSelected: (name: string) => boolean;
  /** Puts the cursor somewhere without selecting. */
  readonly point: (index: number) => void;
  /** Keeps the cursor on an entry that is about to be called so. */
  readonly follow: (name: string) => void;
  readonly select: (index: number, how: 'only' | 'toggle' | 'extend') => void;
  readonly selectAll: () => void;
  readonly clear: () => void;
  /** @param pageSize entries that fit on the screen */
  readonly run: (command: ListCommand, pageSize: number) => void;
}

interface Setup extends ListActions {
  readonly entries: readonly Entry[];
  /** Name of the entry that has the cursor at first. */
  readonly startAt: string | undefined;
}

export function useListControl({ entries, startAt, ...actions }: Setup): ListControl {
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [cursorName, setCursorName] = useState(startAt);
  const names = useMemo(() => entries.map((entry) => entry.name), [entries]);
  const places = useMemo(() => new Map(names.map((name, index) => [name, index])), [names]);
  const selected = useMemo(() => entries.filter((e) => selection.names.has(e.name)), [entries, selection]);
  const typing = useTyping();
  const cursor = places.get(cursorName ?? '') ?? -1;

  const select: ListControl['select'] = (index, how) => {
    const name = names[index];
    if (name === undefined) return;
    setCursorName(name);
    if (how === 'only') setSelection(selectOnly(name));
    else setSelection((old) => (how === 'toggle' ? toggle(old, name) : extendTo(old, name, names)));
  };
  const moveTo = (index: number, extend: boolean) => {
    if (entries.length > 0) select(clampIndex(index, entries.length), extend ? 'extend' : 'only');
  };
  const clear = () => setSelection(NOTHING);

  const run: ListControl['run'] = (command, pageSize) => {
    const entry = entries[cursor];
    switch (command.type) {
      case 'move':
        return moveTo(cursor < 0 ? 0 : cursor + command.by, command.extend);
      case 'page':
        return moveTo(cursor + command.by * pageSize, command.extend);
      case 'edge':
        return moveTo(command.to === 'first' ? 0 : entries.length - 1, command.extend);
      case 'open':
        return entry && actions.open(entry);
      case 'up':
        return actions.up();
      case 'select_all':
        return setSelection((old) => toggleAll(old, names));
      case 'toggle':
        return select(cursor, 'toggle');
      case 'clear':
        return selected.length > 0 ? clear() : actions.leave();
      case 'remove':
        return actions.remove(selected.length > 0 || entry === undefined ? selected : [entry]);
      case 'rename':
        return entry && actions.rename(entry);
      case 'preview':
        if (typing.isUnderWay()) return moveTo(typing.find(names, ' ', cursor), false);
        return entry && actions.preview(entry);
      case 'type': {
        const found = typing.find(names, command.char, cursor);
        return found >= 0 ? select(found, 'only') : undefined;
      }
    }
  };

  return {
    entries,
    cursor,
    selected,
    isSelected: (name) => selection.names.has(name),
    point: (index) => setCursorName(names[index]),
    follow: setCursorName,
    select,
    selectAll: () => setSelection((old) => toggleAll(old, names)),
    clear,
    run,
  };
}

/** Letters typed within this time belong together. */
const TYPING_PAUSE_MS = 700;

/** Follows what is typed to find a name. The same letter again and again goes from one such name to the next. */
function useTyping() {
  const typed = useRef({ text: '', at: 0 });
  const isUnderWay = () => typed.current.text !== '' && Date.now() - typed.current.at < TYPING_PAUSE_MS;
  return {
    isUnderWay,
    find(names: readonly string[], char: string, cursor: number): number {
      const before = isUnderWay() ? typed.current.text : '';
      const repeated = before === char;
      typed.current = { text: repeated ? char : before + char, at: Date.now() };
      const fresh = before === '' || repeated;
      return typeAhead(names, typed.current.text, fresh ? cursor + 1 : cursor);
    },
  };
}
