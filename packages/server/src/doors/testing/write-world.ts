import { expect } from 'bun:test';
import { normalizePath } from '../../core/path.ts';
import { createMemoryDriver, type MemoryTree } from '../../drivers/memory/index.ts';
import type { User } from '../../users/user.ts';
import { treeOf } from '../../vfs/testing/fake-storage.ts';
import { forgetAll, layeredMount, type Shape, shapeOf, viewFor } from '../../vfs/testing/real-tree.ts';
import { type MemoryDisk, memoryDisk } from '../../uploads/testing/memory-disk.ts';
import { createView } from '../../vfs/user-view.ts';
import type { DoorContext } from '../context.ts';
import { admin, guest, startDoors } from './fixture.ts';

interface Answer {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}

/** The API over storages that take changes. */
export interface WriteWorld {
  /** Calls the API. @param who a user's name; '' for the guest */
  readonly call: (path: string, body: unknown, who?: string) => Promise<Answer>;
  /** The tree as listings show it; they must show what the storages have. */
  readonly shape: () => Promise<Shape>;
  /** Without a slash at its end. */
  readonly url: string;
  /** Where uploads lie until they are passed on. */
  readonly disk: MemoryDisk;
  readonly close: () => void;
}

/** @param mounts memory storages by mount path @param users beside the admin and the guest @param tasks for what is done in the background */
export async function writeWorld(
  mounts: Readonly<Record<string, MemoryTree>>,
  users: readonly User[] = [],
  tasks?: DoorContext['tasks'],
): Promise<WriteWorld> {
  const { vfs } = treeOf(
    Object.entries(mounts).map(([path, content]) => layeredMount(path, createMemoryDriver(content))),
  );
  const disk = memoryDisk();
  const doors = await startDoors({
    disk,
    users: [admin, guest, ...users],
    ...(tasks === undefined ? {} : { tasks }),
    viewOf: (rights) => createView(vfs, rights),
  });
  return {
    call: async (path, body, who = 'admin') => {
      const headers = { 'Content-Type': 'application/json', Authorization: who === '' ? '' : `${who}-token` };
      return JSON.parse(await doors.api(path, body, { headers }));
    },
    shape: async () => {
      const view = viewFor(vfs);
      const listed = await shapeOf(view);
      forgetAll(vfs);
      expect(await shapeOf(view)).toEqual(listed);
      return listed;
    },
    url: doors.url,
    disk,
    close: doors.close,
  };
}

/** Someone who is no admin. */
export function userWith(username: string, permission: number, basePath = '/'): User {
  const path = normalizePath(basePath);
  return { ...admin, id: 9, username, role: 'general', admin: false, permission, basePath: path };
}
