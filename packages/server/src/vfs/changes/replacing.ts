import type { Ctx } from '../../core/driver.ts';
import type { Entry } from '../../core/entry.ts';
import { isAbort, StorageError, type StorageErrorCode } from '../../core/errors.ts';
import {
  type Intents,
  intentId,
  notedFolder,
  type NotedIntent,
  over,
  type ReplaceIntent,
} from './intents.ts';
import { cannot } from './refusals.ts';
import type { EntryCalls } from './entry-calls.ts';
import type { WriteFolder } from './write-folder.ts';

/** An entry that is to give up its place, and the folder it stands in. */
export interface Replaced {
  readonly folder: WriteFolder;
  readonly target: Entry;
  /** Makes the name that it has meanwhile differ from others. */
  readonly mark: string;
  /** Where it is noted until it is over, and what is to come. Absent where another keeps account of it. */
  readonly noted?: { readonly intents: Intents; readonly op: 'move' | 'copy'; readonly coming: Entry };
}

/** Longest old name that is kept in the name an entry has meanwhile; names are limited to 255 bytes. */
const MAX_KEPT_NAME_BYTES = 180;

/**
 * Puts something in the place of `target`: renames that aside, runs `place`, then removes what was put aside. When `place` fails, the old
 * entry gets its name back, also when the client has left. Nothing is lost at any step: where even that fails, the error says under which
 * name the old entry is kept. When the process ends in between, the next one puts it right.
 *
 * @throws what `place` throws; `unsupported` when the storage cannot rename or remove.
 */
export async function replacing(
  replaced: Replaced,
  calls: EntryCalls,
  place: () => Promise<unknown>,
  ctx: Ctx,
): Promise<void> {
  const { folder, noted } = replaced;
  const { driver } = folder.mount;
  if (driver.rename === undefined || driver.remove === undefined) throw cannot('replace what has the name');
  if (noted === undefined) return inSteps(replaced, calls, place, ctx);
  const intent = intentOf(replaced, noted);
  const { id } = intent;
  await noted.intents.save(intent);
  try {
    await inSteps(replaced, calls, place, ctx);
  } catch (error) {
    if (!(error instanceof KeptAside)) await over(noted.intents, id);
    throw error;
  }
  await over(noted.intents, id);
}

function intentOf(
  { folder, target, mark }: Replaced,
  { op, coming }: NonNullable<Replaced['noted']>,
): NotedIntent {
  const { kind, size } = coming;
  const intent: ReplaceIntent = {
    kind: 'replace',
    dir: notedFolder(folder),
    name: target.name,
    aside: asideName(target.name, mark),
    ...(op === 'copy' && kind === 'folder' ? {} : { coming: { kind, size } }),
  };
  return { id: intentId(folder, intent.aside), storageId: folder.mount.record.id, intent };
}

async function inSteps(
  { folder, target, mark }: Replaced,
  calls: EntryCalls,
  place: () => Promise<unknown>,
  ctx: Ctx,
): Promise<void> {
  const staying: Ctx = { ...ctx, signal: new AbortController().signal };
  const aside = await putAside({ folder, target, name: asideName(target.name, mark) }, calls, {
    ctx,
    staying,
  });
  try {
    await place();
  } catch (error) {
    await calls.rename(folder, aside, target.name, staying).catch((cause: unknown) => {
      throw keptAside(`"${target.name}" could not be replaced`, { aside, error, cause });
    });
    throw error;
  }
  await calls.remove(folder, [aside], staying).catch((cause: unknown) => {
    throw keptAside(`"${target.name}" was replaced, but its old version not removed`, { aside, cause });
  });
}

/** The name that an entry has while something takes its place. */
export function asideName(name: string, mark: string): string {
  const kept = Buffer.byteLength(name) > MAX_KEPT_NAME_BYTES ? 'sluice' : name;
  return `${kept}.replaced-${mark}`;
}

/** A call that failed or was left may have been carried out all the same: then the entry gets its name back. */
async function putAside(
  { folder, target, name }: { readonly folder: WriteFolder; readonly target: Entry; readonly name: string },
  calls: EntryCalls,
  { ctx, staying }: { readonly ctx: Ctx; readonly staying: Ctx },
): Promise<Entry> {
  try {
    return await calls.rename(folder, target, name, ctx);
  } catch (error) {
    if (!mayBeDone(error)) throw error;
    await calls.rename(folder, target, target.name, staying).catch((cause: unknown) => {
      throw keptAside(`"${target.name}" could not be replaced`, { aside: { ...target, name }, error, cause });
    });
    throw error;
  }
}

const OPEN_ENDS: ReadonlySet<StorageErrorCode> = new Set<StorageErrorCode>([
  'unavailable',
  'timeout',
  'protocol',
]);

function mayBeDone(error: unknown): boolean {
  return isAbort(error) || (error instanceof StorageError && OPEN_ENDS.has(error.code));
}

/** The old entry stands under another name, and what was noted of it goes on standing. */
class KeptAside extends StorageError {}

function keptAside(
  what: string,
  { aside, error, cause }: { readonly aside: Entry; readonly error?: unknown; readonly cause: unknown },
): StorageError {
  const reason = error ?? cause;
  const why = reason instanceof StorageError ? ` (${reason.message})` : '';
  return new KeptAside('unavailable', `${what}${why}`, {
    detail: { remedy: `The old version is kept as "${aside.name}".` },
    cause: reason,
  });
}
