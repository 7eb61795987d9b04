import { z } from 'zod';
import { normalizePath } from '../../core/path.ts';
import type { Trashed } from '../../vfs/trash/trash.ts';
import { ApiFailure } from './envelope.ts';
import { fileTypes, ObjectType } from './object-type.ts';
import { objectRecorder } from './object-record.ts';
import { route, type Route } from './route.ts';
import { wireTime } from './wire-time.ts';

const place = { path: z.string().default('/') };
const page = z.object({ ...place, cursor: z.string().default('') });
const chosen = z.object({ ...place, ids: z.array(z.string()).default([]) });

/** `fs/trash/places`, ours: the storages that have a trash, and the path to ask each by. */
const fsTrashPlaces = route({
  method: 'POST',
  path: '/fs/trash/places',
  access: 'user',
  request: z.object({}),
  run: async (_, { view }) =>
    view.trashPlaces().map(({ path, storage }) => ({ path, provider: storage.driver })),
});

/** `fs/trash/list`, ours: one page of a trash. `from` is empty where the folder that something lay in is gone. */
const fsTrashList = route({
  method: 'POST',
  path: '/fs/trash/list',
  access: 'user',
  request: page,
  async run({ path, cursor }, { view, ctx }, door) {
    const { trashed, next } = await view.listTrash(normalizePath(path), cursor || undefined, ctx);
    const typeOf = fileTypes(door.settings);
    const record = ({ entry, from }: Trashed) => ({
      id: entry.id,
      name: entry.name,
      size: entry.size,
      is_dir: entry.kind === 'folder',
      modified: wireTime(entry.modified),
      thumb: entry.thumbnail ?? '',
      type: entry.kind === 'folder' ? ObjectType.folder : typeOf(entry.name),
      from: from ?? '',
      purge_at: entry.purgeAt === undefined ? null : wireTime(entry.purgeAt),
    });
    return { content: trashed.map(record), next: next ?? '' };
  },
});

/** `fs/trash/restore`, ours: all of them or, where a name is taken, none. */
const fsTrashRestore = route({
  method: 'POST',
  path: '/fs/trash/restore',
  access: 'user',
  request: chosen,
  async run({ path, ids }, { view, ctx }) {
    checkIds(ids);
    const restored = await view.restore(normalizePath(path), ids, ctx);
    return { restored: restored.map(({ entry, dir }) => ({ id: entry.id, name: entry.name, dir })) };
  },
});

/** `fs/trash/purge`, ours: for good. */
const fsTrashPurge = route({
  method: 'POST',
  path: '/fs/trash/purge',
  access: 'user',
  request: chosen,
  async run({ path, ids }, { view, ctx }) {
    checkIds(ids);
    await view.purge(normalizePath(path), ids, ctx);
  },
});

/** `fs/trash/empty`, ours: all that the user sees of it, for good. */
const fsTrashEmpty = route({
  method: 'POST',
  path: '/fs/trash/empty',
  access: 'user',
  request: z.object({ path: z.string() }),
  run: ({ path }, { view, ctx }) => view.emptyTrash(normalizePath(path), ctx),
});

/** `fs/star`, ours. */
const fsStar = route({
  method: 'POST',
  path: '/fs/star',
  access: 'user',
  request: z.object({
    dir: z.string(),
    names: z.array(z.string()).default([]),
    starred: z.boolean().default(true),
  }),
  async run({ dir, names, starred }, { view, ctx }) {
    if (names.length === 0) throw new ApiFailure(400, 'Empty file names');
    await view.star(normalizePath(dir), { names, starred }, ctx);
  },
});

/** `fs/starred`, ours: one page of what carries a star on a storage. `dir` is the user's path of the folder that it lies in. */
const fsStarred = route({
  method: 'POST',
  path: '/fs/starred',
  access: 'user',
  request: page,
  async run({ path, cursor }, { user, view, ctx }, door) {
    const { nodes, next } = await view.listStarred(normalizePath(path), cursor || undefined, ctx);
    const record = objectRecorder(door, user);
    return { content: nodes.map((node) => ({ ...record(node), path: node.path })), next: next ?? '' };
  },
});

function checkIds(ids: readonly string[]): void {
  if (ids.length === 0) throw new ApiFailure(400, 'Empty ids');
}

/** The trash and the stars of storages (ours; AList's API knows neither). */
export const fsTrashRoutes: readonly Route[] = [
  fsTrashPlaces,
  fsTrashList,
  fsTrashRestore,
  fsTrashPurge,
  fsTrashEmpty,
  fsStar,
  fsStarred,
];
