import { z } from 'zod';
import type { WriteFolder } from './write-folder.ts';

/** A folder of a storage, for a process that has no memory of it. */
const notedFolderSchema = z.object({ id: z.string(), path: z.string() });

/** An entry of `dir` is put aside, under the name `aside`, for one that comes. */
const replaceSchema = z.object({
  kind: z.literal('replace'),
  dir: notedFolderSchema,
  name: z.string(),
  aside: z.string(),
  /** What the new one is known by when it is there. Absent when it can't be told from a part of it: a folder that is copied. */
  coming: z.object({ kind: z.enum(['file', 'folder']), size: z.number() }).optional(),
});

/** An entry goes through a folder that is made for it in `dest`, under the name `stage`. */
const stageSchema = z.object({
  kind: z.literal('stage'),
  op: z.enum(['move', 'copy']),
  source: notedFolderSchema,
  dest: notedFolderSchema,
  stage: z.string(),
  oldName: z.string(),
  newName: z.string(),
});

const intentSchema = z.discriminatedUnion('kind', [replaceSchema, stageSchema]);

export type NotedFolder = z.infer<typeof notedFolderSchema>;
export type ReplaceIntent = z.infer<typeof replaceSchema>;
export type StageIntent = z.infer<typeof stageSchema>;

/** An intent, and what finds it. */
export interface NotedIntent {
  readonly id: string;
  readonly storageId: number;
  readonly intent: ReplaceIntent | StageIntent;
}

/**
 * Keeps what a change of several steps is about to do until it is over, where the end of the process does not reach it. What is found there
 * at a start was broken off, and is put right by `repair`.
 */
export interface Intents {
  /** Resolves when it is on disk. */
  save(noted: NotedIntent): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Keeps nothing, for trees that end with their process. */
export const NO_INTENTS: Intents = { save: async () => {}, remove: async () => {} };

/** An intent as it was kept, by this version or another. */
export interface KeptIntent {
  readonly id: string;
  readonly storageId: number;
  readonly intent: unknown;
}

/** Undefined for what this version does not know. */
export function readIntent({ id, storageId, intent }: KeptIntent): NotedIntent | undefined {
  const { data } = intentSchema.safeParse(intent);
  return data === undefined ? undefined : { id, storageId, intent: data };
}

export function notedFolder({ id, path }: WriteFolder): NotedFolder {
  return { id, path };
}

/** The name of an intent: no two changes make the same name in the same folder. */
export function intentId({ mount, id }: WriteFolder, name: string): string {
  return `${mount.record.id} ${id} ${name}`;
}

/** Notes that a change has come to its end. One that can't be taken out is found in order at the next start. */
export async function over(intents: Intents, id: string): Promise<void> {
  await intents.remove(id).catch(() => {});
}
