import type { Entry } from '../core/entry.ts';
import type { MountChild } from './mount-table.ts';

/** What is known of a folder: its own entries, and the mounts at or behind its children. */
export interface FolderContent {
  /** The storage's entries in the order they are shown in, as far as loaded. */
  readonly entries: readonly Entry[];
  readonly children: readonly MountChild[];
  /** The storage's entry of a name, if it is loaded. */
  readonly peek: (name: string) => Entry | undefined;
}

/** A part of a folder: entries of its storage, then children that lead to mounts. */
export interface FolderWindow {
  readonly entries: readonly Entry[];
  readonly children: readonly MountChild[];
  readonly known: number;
}

/**
 * The part of a folder from `start` up to but not including `end`; the caller has loaded as many shown entries as `end` says, or all.
 * Children that lead to mounts come behind the storage's entries. One name is shown once: as the mount where something is mounted right
 * there, since that is what its path leads to; where mounts only lie deeper, as the storage's own folder, and before its file.
 */
export function folderWindow(content: FolderContent, start: number, end: number): FolderWindow {
  const { children, peek } = content;
  const hidden = new Set(hiddenNames(children, peek));
  const entries =
    hidden.size === 0 ? content.entries : content.entries.filter(({ name }) => !hidden.has(name));
  const behind = children.filter(({ name }) => hidden.has(name) || peek(name) === undefined);
  const behindStart = Math.max(0, start - entries.length);
  const behindEnd = Math.max(0, end - entries.length);
  return {
    entries: entries.slice(start, end),
    children: behind.slice(behindStart, behindEnd),
    known: entries.length + behind.length,
  };
}

/** Names of loaded entries that are not shown because a mount's is. */
export function hiddenNames(children: readonly MountChild[], peek: FolderContent['peek']): string[] {
  return children.filter((child) => hides(child, peek(child.name))).map(({ name }) => name);
}

function hides({ mount }: MountChild, entry: Entry | undefined): boolean {
  return entry !== undefined && (mount !== undefined || entry.kind === 'file');
}
