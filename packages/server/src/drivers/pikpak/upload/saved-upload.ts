import type { UploadJournal } from '../../../core/driver.ts';
import { type JsonObject, objectOf, textOf } from '../wire.ts';
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

/** What was saved of the upload of just this file, if anything was. */
export async function savedUpload(
  journal: UploadJournal | undefined,
  wanted: Announcement,
): Promise<SavedUpload | undefined> {
  const state = objectOf(await journal?.load());
  if (state === undefined || state['version'] !== VERSION || !isOf(state, wanted)) return undefined;
  const id = textOf(state['fileId']);
  const ticket = readTicket(objectOf(state['ticket']) ?? {});
  if (id === '' || ticket === undefined) return undefined;
  return { file: { id }, taskId: textOf(state['taskId']), ticket, uploadId: textOf(state['uploadId']) };
}

function isOf(state: JsonObject, { folder, name, gcid, size }: Announcement): boolean {
  return (
    state['folder'] === folder && state['name'] === name && state['gcid'] === gcid && state['size'] === size
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
