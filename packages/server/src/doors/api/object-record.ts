import type { User } from '../../users/user.ts';
import type { Node } from '../../vfs/view.ts';
import type { DoorContext } from '../context.ts';
import { needsSign, thumbUrl } from '../file-url.ts';
import { fileTypes, ObjectType } from './object-type.ts';
import { type WireState, wireState } from './storage-state.ts';
import { wireTime } from './wire-time.ts';

/** An object as all dialects understand it (API reference §3.1, §14.2), and `mount` of ours on the root of a storage. */
export interface ObjectRecord {
  readonly name: string;
  readonly size: number;
  readonly is_dir: boolean;
  readonly modified: string;
  readonly created: string;
  readonly sign: string;
  readonly thumb: string;
  readonly type: ObjectType;
  readonly hashinfo: string;
  readonly hash_info: Readonly<Record<string, string>> | null;
  readonly id: string;
  readonly path: string;
  readonly virtual_path: string;
  readonly mount?: WireState;
  /** Ours, on what carries its storage's star. */
  readonly starred?: true;
  /** Ours, on files of shares that are known to be cut: up to where they are served. */
  readonly playable_bytes?: number;
}

/** Makes the records of one answer: settings are read once, not per object. */
export function objectRecorder(door: DoorContext, user: User): (node: Node) => ObjectRecord {
  const typeOf = fileTypes(door.settings);
  return (node) => {
    const { entry, storage, mount, fullPath } = node;
    const folder = entry.kind === 'folder';
    const hashes = entry.hashes ?? null;
    const signed = !folder && needsSign(storage, door);
    const playable = folder ? undefined : door.shares.playableBytes(node);
    return {
      name: entry.name,
      size: entry.size,
      is_dir: folder,
      modified: wireTime(entry.modified),
      created: wireTime(entry.created),
      sign: signed ? door.signer.sign(fullPath) : '',
      thumb: entry.thumbnail ?? (entry.pictured === true ? thumbUrl(node, door) : ''),
      type: folder ? ObjectType.folder : typeOf(entry.name),
      hashinfo: JSON.stringify(hashes),
      hash_info: hashes,
      id: user.role === 'guest' ? '' : entry.id,
      path: '',
      virtual_path: fullPath,
      ...(entry.starred === true ? { starred: true as const } : {}),
      ...(playable === undefined ? {} : { playable_bytes: playable }),
      ...(mount === undefined ? {} : { mount: wireState(mount.status, user.admin) }),
    };
  };
}
