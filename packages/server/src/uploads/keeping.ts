import type { HashKind } from '../core/entry.ts';
import type { Log } from '../core/runtime.ts';
import type { SpoolDisk } from './disk.ts';
import { Journal } from './journal.ts';
import { readRecord, type UploadRecord, type UploadRecords } from './record.ts';
import type { Share, SpoolRoom } from './room.ts';
import type { LeftUpload } from './spool.ts';
import { spooledFile, type SpooledFile } from './spooled-file.ts';

/** What keeps the files of a spool. */
export interface Keeper {
  readonly disk: SpoolDisk;
  readonly records: UploadRecords;
  readonly room: SpoolRoom;
  readonly suspended: AbortSignal;
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
  earlier?: UploadRecord,
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

/** The whole files that a process before this one has left with a record. Everything else that it left is removed. */
export async function leftBehind(keeper: Keeper): Promise<readonly LeftUpload[]> {
  const { disk, records, room } = keeper;
  const files = await disk.files();
  const left: LeftUpload[] = [];
  const known = new Set<string>();
  for (const [id, value] of await records.all()) {
    const record = readRecord(value);
    if (record === undefined || files.get(id) !== record.size) {
      await records.remove(id);
      continue;
    }
    known.add(id);
    const { owner, size, target } = record;
    const share = room.share(owner);
    share.adopt(size);
    const hashes = new Map(HASH_KINDS.flatMap((kind) => pair(kind, record.hashes[kind])));
    left.push({ file: keep({ id, size, hashes, share, owner }, keeper, record), target });
  }
  for (const id of files.keys()) if (!known.has(id)) await removeFile(id, keeper);
  return left;
}
