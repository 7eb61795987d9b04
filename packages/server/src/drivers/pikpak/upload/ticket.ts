import { StorageError } from '../../../core/errors.ts';
import { type JsonObject, objectOf, readFile, textOf, type WireFile } from '../wire.ts';

/** Where the bytes of one upload go, and the credentials for it, good for about 12 hours (protocol reference §4.5). Secret. */
export interface Ticket {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  readonly bucket: string;
  /** Host without scheme. */
  readonly host: string;
  readonly key: string;
}

/** What an announcement has made. */
export interface Begun {
  readonly file: Pick<WireFile, 'id'>;
  /** '' when there is no task. */
  readonly taskId: string;
}

/** The answer to an announced upload (protocol reference §4.5). */
export interface Announced extends Begun {
  readonly file: WireFile;
  /** Absent when PikPak has the content already, or there is none. */
  readonly ticket?: Ticket;
}

const HOST = /^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?$/i;

/** @throws StorageError `protocol` for an answer that leaves no way to go on. */
export function readAnnounced(json: JsonObject): Announced {
  const file = readFile(objectOf(json['file']) ?? {});
  if (file === undefined) throw unreadable();
  const taskId = textOf(objectOf(json['task'])?.['id']);
  const ticket = readTicket(objectOf(objectOf(json['resumable'])?.['params']) ?? {});
  if (file.present) return { file, taskId };
  return ticket === undefined ? { file, taskId } : { file, taskId, ticket };
}

function readTicket(params: JsonObject): Ticket | undefined {
  const bucket = textOf(params['bucket']);
  const ticket = {
    accessKeyId: textOf(params['access_key_id']),
    accessKeySecret: textOf(params['access_key_secret']),
    securityToken: textOf(params['security_token']),
    bucket,
    host: storeHost(textOf(params['endpoint']), bucket),
    key: textOf(params['key']),
  };
  const whole = Object.values(ticket).every((value) => value !== '') && HOST.test(ticket.host);
  return whole ? ticket : undefined;
}

/**
 * The host to send to: today's `upload-…` endpoints take requests themselves, and a bucket's name before them need not resolve; a bare
 * root wants the bucket in front (protocol reference §4.6).
 */
export function storeHost(endpoint: string, bucket: string): string {
  const own = endpoint.startsWith('upload-') || endpoint.startsWith(`${bucket}.`);
  return endpoint === '' || own ? endpoint : `${bucket}.${endpoint}`;
}

export function unreadable(): StorageError {
  return new StorageError('protocol', "PikPak's answer to an upload can't be read.", {
    detail: { remedy: 'PikPak has probably changed. Look for a newer version of Sluice.' },
  });
}
