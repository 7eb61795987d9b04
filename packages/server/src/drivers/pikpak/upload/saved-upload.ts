import type { UploadJournal } from '../../../core/driver.ts';
import { countOf, type JsonObject, objectOf, textOf } from '../wire.ts';
import type { Announcement } from './announcements.ts';
import type { Begun, Ticket } from './ticket.ts';

/** An announced upload as it is kept over a restart: with it another process goes on from the last part (protocol reference §4.5). */
export interface SavedUpload extends Begun {
  readonly ticket: Ticket;
  /** '' while there is no multipart upload. */
  readonly uploadId: string;
}

const VERSION = 1;

/** Saves an upload. It holds credentials. */
export async function saveUpload(
  journal: UploadJournal | undefined,
  { folder, name, gcid, size }: Announcement,
  { file, taskId, ticket, uploadId }: SavedUpload,
): Promise<void> {
  const announced = { folder, name, gcid, size };
  await journal?.save({
    version: VERSION,
    ...announced,
    fileId: file.id,
    taskId,
    ticket: { ...ticket },
    uploadId,
  });
}

/** Forgets what was saved, when it is of no use any more. */
export async function forgetUpload(journal: UploadJournal | undefined): Promise<void> {
  await journal?.save(null);
}

/** An upload as it was saved, and what it was announced as. */
export interface FoundUpload {
  readonly upload: SavedUpload;
  readonly announced: Announcement;
}

/** What was saved of an upload, if anything was. */
export async function savedUpload(journal: UploadJournal | undefined): Promise<FoundUpload | undefined> {
  const state = objectOf(await journal?.load());
  if (state === undefined || state['version'] !== VERSION) return undefined;
  const id = textOf(state['fileId']);
  const ticket = readTicket(objectOf(state['ticket']) ?? {});
  const size = countOf(state['size']);
  if (id === '' || ticket === undefined || size === undefined) return undefined;
  const [folder, name, gcid] = [textOf(state['folder']), textOf(state['name']), textOf(state['gcid'])];
  return {
    announced: { folder, name, gcid, size },
    upload: { file: { id }, taskId: textOf(state['taskId']), ticket, uploadId: textOf(state['uploadId']) },
  };
}

/** Whether what was announced is just this file. */
export function isSameUpload(one: Announcement, other: Announcement): boolean {
  return (
    one.folder === other.folder &&
    one.name === other.name &&
    one.gcid === other.gcid &&
    one.size === other.size
  );
}

function readTicket(state: JsonObject): Ticket | undefined {
  const text = (key: keyof Ticket): string => textOf(state[key]);
  const ticket = {
    accessKeyId: text('accessKeyId'),
    accessKeySecret: text('accessKeySecret'),
    securityToken: text('securityToken'),
    bucket: text('bucket'),
    host: text('host'),
    key: text('key'),
  };
  return Object.values(ticket).every((value) => value !== '') ? ticket : undefined;
}
