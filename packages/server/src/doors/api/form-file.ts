import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StorageError } from '../../core/errors.ts';
import { bodyOf } from '../../http/request-body.ts';
import type { SpooledFile } from '../../uploads/spool.ts';
import { ApiFailure } from './envelope.ts';

const MAX_FIELD_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 8 * 1024;
const MAX_PARTS = 20;

/**
 * Hands the part named `file` of a form to `take`, as it comes in. Other parts are read away; what a part says of its file's name counts
 * for nothing. When the form turns out broken behind the file, that is let go of.
 *
 * @throws ApiFailure 400 for a body that is no such form, 500 with the reference's text where it has no file; what `take` throws.
 */
export async function takeFormFile(
  req: IncomingMessage,
  take: (body: AsyncIterable<Uint8Array>) => Promise<SpooledFile>,
): Promise<SpooledFile> {
  const parser = parserOf(req);
  const broken = new Error('the form broke off');
  const parts: BusboyFileStream[] = [];
  let taking: Promise<SpooledFile> | undefined;
  parser.on('file', (_: string, part: BusboyFileStream) => {
    if (taking !== undefined) {
      part.on('error', () => {}).resume(); // a second file has no reader
      return;
    }
    parts.push(part);
    taking = take(part);
    taking.catch((error: unknown) => parser.destroy(error instanceof Error ? error : undefined));
  });
  try {
    await pipeline(Readable.from(bodyOf(req), { objectMode: false }), parser);
  } catch (error) {
    for (const part of parts) part.destroy(broken);
    const reason = await ending(taking, broken);
    throw reason ?? formFailure(error);
  }
  if (taking === undefined) throw new ApiFailure(500, 'http: no such file');
  return taking;
}

/** Waits for a file whose form has failed, and lets go of it. Gives why it failed, unless that is the form. */
async function ending(taking: Promise<SpooledFile> | undefined, broken: Error): Promise<unknown> {
  try {
    await (await taking)?.discard();
    return undefined;
  } catch (error) {
    return error instanceof Error && error.cause === broken ? undefined : error;
  }
}

function formFailure(error: unknown): unknown {
  if (error instanceof StorageError) return error;
  return new ApiFailure(400, 'the form is broken, or not all of it came');
}

function parserOf({ headers }: IncomingMessage): BusboyInstance {
  const type = headers['content-type'] ?? '';
  const notForm = new ApiFailure(400, "request Content-Type isn't multipart/form-data");
  if (!/^multipart\/form-data\b/i.test(type)) throw notForm;
  try {
    return new Busboy({
      headers: { ...headers, 'content-type': type },
      isPartAFile: (name) => name === 'file',
      limits: { parts: MAX_PARTS, fieldSize: MAX_FIELD_BYTES, headerSize: MAX_HEADER_BYTES },
    });
  } catch {
    throw notForm; // it names no boundary
  }
}
