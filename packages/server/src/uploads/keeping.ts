import type { HashKind } from '../core/entry.ts';
import type { Clock, Log } from '../core/runtime.ts';
import type { SpoolDisk } from './disk.ts';
import { Journal } from './journal.ts';
import {
  type ArrivingRecord,
  type HeldRecord,
  readArriving,
  readDone,
  readHeld,
  readRecord,
  type UploadRecord,
  type UploadRecords,
} from './record.ts';
import type { Share, SpoolRoom } from './room.ts';
import { DONE_MS, type DoneUpload, type LeftUpload } from './departures.ts';
import { spooledFile, type SpooledFile } from './spooled-file.ts';

/** What keeps the files of a spool. */
export interface Keeper {
  readonly disk: SpoolDisk;
  readonly records: UploadRecords;
  readonly room: SpoolRoom;
  readonly suspended: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
}

/** A whole file on the disk. */
interface Kept {
  readonly id: string;
  readonly size: number;
  readonly hashes: Map<HashKind, string>;
  readonly share: Share;
  readonly owner: number | undefined;
}

/** The file as it is handed out, with a journal of its own. */
export function keep(
  { id, size, hashes, share, owner }: Kept,
  keeper: Keeper,
  { earlier, held = false }: { readonly earlier?: UploadRecord | HeldRecord; readonly held?: boolean } = {},
): SpooledFile {
  const { disk, records, suspended } = keeper;
  const file = () => ({
    size,
    hashes: Object.fromEntries(hashes),
    ...(owner === undefined ? {} : { owner }),
  });
  const journal = new Journal({
    id,
    records,
    suspended,
    file,
    held,
    ...(earlier === undefined ? {} : { earlier }),
  });
  const discard = async (): Promise<void> => {
    share.release();
    if (journal.staysBehind) return;
    await journal.end();
    await removeFile(id, keeper);
  };
  return spooledFile({ disk, name: id, size, hashes, journal, discard });
}

const HASH_KINDS: readonly HashKind[] = ['md5', 'sha1', 'sha256', 'gcid'];

function pair(kind: HashKind, hash: string | undefined): [HashKind, string][] {
  return hash === undefined ? [] : [[kind, hash]];
}

/** Never fails: a file that can't be removed is removed at the next start. */
export async function removeFile(id: string, { disk, log }: Pick<Keeper, 'disk' | 'log'>): Promise<void> {
  await disk.remove(id).catch((error: unknown) => {
    log.warn({ error }, 'an upload could not be removed from the disk');
  });
}

/** A file of which a part is here. */
export interface ArrivingFile extends ArrivingRecord {
  readonly id: string;
  /** Bytes that are here. */
  readonly offset: number;
  readonly share: Share;
}

/** What a process before this one has left with a record: whole files, and parts. Everything else that it left is removed. */
export async function leftBehind(keeper: Keeper): Promise<{
  readonly whole: readonly LeftUpload[];
  readonly held: readonly SpooledFile[];
  readonly arriving: readonly ArrivingFile[];
  readonly done: readonly DoneUpload[];
}> {
  const files = await keeper.disk.files();
  const [whole, held, arriving]: [LeftUpload[], SpooledFile[], ArrivingFile[]] = [[], [], []];
  const done: DoneUpload[] = [];
  const known = new Set<string>();
  for (const [id, value] of await keeper.records.all()) {
    const offset = files.get(id);
    const record = readRecord(value);
    const part = readArriving(value);
    const waiting = readHeld(value);
    const arrived = readDone(value);
    if (arrived !== undefined && arrived.at + DONE_MS > keeper.clock.now()) {
      done.push({ ...arrived, id: id.replace(/^done-/, '') });
      continue;
    }
    if (waiting !== undefined && offset === waiting.size) {
      held.push(fileOf(id, waiting, keeper, true));
    } else if (record !== undefined && offset === record.size) whole.push(wholeFile(id, record, keeper));
    else if (part !== undefined && offset !== undefined && offset <= part.size) {
      arriving.push(arrivingFile({ ...part, id, offset }, keeper));
    } else {
      await keeper.records.remove(id);
      continue;
    }
    known.add(id);
  }
  for (const id of files.keys()) if (!known.has(id)) await removeFile(id, keeper);
  return { whole, held, arriving, done };
}

function wholeFile(id: string, record: UploadRecord, keeper: Keeper): LeftUpload {
  return { file: fileOf(id, record, keeper, false), target: record.target };
}

function fileOf(id: string, record: UploadRecord | HeldRecord, keeper: Keeper, held: boolean): SpooledFile {
  const { owner, size } = record;
  const share = keeper.room.share(owner);
  share.adopt(size);
  const hashes = new Map(HASH_KINDS.flatMap((kind) => pair(kind, record.hashes[kind])));
  return keep({ id, size, hashes, share, owner }, keeper, { earlier: record, held });
}

function arrivingFile(file: Omit<ArrivingFile, 'share'>, { room }: Keeper): ArrivingFile {
  const share = room.share(file.owner);
  share.adopt(file.offset);
  share.promise(file.size - file.offset);
  return { ...file, share };
}
