import { z } from 'zod';
import type { Ctx } from '../core/driver.ts';
import { StorageError } from '../core/errors.ts';
import type { HttpClient, HttpResponse } from '../core/http-client.ts';
import { childPath, normalizePath, type TreePath } from '../core/path.ts';
import type { Clock } from '../core/runtime.ts';
import type { Job } from '../tasks/task.ts';
import type { Spool, SpooledFile } from '../uploads/spool.ts';
import { fetchedName } from './fetched-name.ts';
import type { OfflinePayload } from './payload.ts';
import type { OfflineTool, Target, ToolOutcome } from './tool.ts';

/** The file is whole on our disk and goes to the storage under this name. */
const checkpoint = z.object({ step: z.literal('storing'), name: z.string(), size: z.number() });

const MAX_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const STALL_MS = 60_000;
const MAX_MS = 24 * 60 * 60_000;
const MAX_NAMES = 1000;

export interface HttpToolOptions {
  /** Must reach the public internet only. */
  readonly client: HttpClient;
  readonly spool: Pick<Spool, 'receive'>;
  readonly clock: Clock;
}

/** The gateway itself fetches http and https links, and puts what comes into any storage that takes uploads. */
export function createHttpTool(options: HttpToolOptions): OfflineTool {
  return {
    name: 'SimpleHttp',
    async refusal({ folder, view }, _, { path, urls, ctx }) {
      if (!(await view.canWrite(normalizePath(path), ctx))) {
        return new StorageError('unsupported', 'upload not supported', {
          detail: {
            remedy: `${folder.storage.driver} storages, or your rights here, don't let files be put into this folder.`,
          },
        });
      }
      if (urls.every((url) => /^https?:\/\//i.test(url))) return undefined;
      return new StorageError('unsupported', 'SimpleHttp fetches http and https links only', {
        detail: {
          remedy: 'Choose a tool that takes magnets and other links, on a storage that it can serve.',
        },
      });
    },
    run: (job, target, ctx) => fetchInto(job, target, { ...options, ctx }),
    async windUp(job, { view }, { files, ctx }) {
      const at = checkpoint.safeParse(job.checkpoint);
      if (!files || !at.success) return;
      const folder = normalizePath(job.payload.path);
      const there = await sizeAt(view, childPath(folder, at.data.name), ctx);
      if (there === at.data.size) await view.remove(folder, [at.data.name], ctx);
    },
  };
}

type Parts = HttpToolOptions & { readonly ctx: Ctx };

async function fetchInto(job: Job<OfflinePayload>, { view }: Target, parts: Parts): Promise<ToolOutcome> {
  const folder = normalizePath(job.payload.path);
  const at = checkpoint.safeParse(job.checkpoint);
  // It was on its way when the gateway ended; the storage may have it.
  if (at.success && (await sizeAt(view, childPath(folder, at.data.name), parts.ctx)) === at.data.size) {
    return { type: 'done', status: at.data.name, made: at.data.name };
  }
  const patience = new AbortController();
  const late = parts.clock.sleep(MAX_MS, AbortSignal.any([job.signal, patience.signal])).then(
    () => patience.abort(),
    () => {},
  );
  const ctx = { ...parts.ctx, signal: AbortSignal.any([job.signal, patience.signal]) };
  try {
    return await fetchOnce(job, { view, folder }, { ...parts, ctx });
  } catch (error) {
    if (!job.signal.aborted && patience.signal.aborted) throw tookTooLong();
    throw error;
  } finally {
    patience.abort();
    await late;
  }
}

async function fetchOnce(
  job: Job<OfflinePayload>,
  { view, folder }: { readonly view: Target['view']; readonly folder: TreePath },
  { client, spool, ctx }: Parts,
): Promise<ToolOutcome> {
  const { url, response } = await follow(job.payload.url, client, ctx);
  const wanted =
    job.payload.name === '' ? fetchedName(url, response.headers['content-disposition']) : job.payload.name;
  const size = sizeOf(response);
  let file: SpooledFile | undefined;
  try {
    const compute = await view.uploadHashes(childPath(folder, wanted), { skipExisting: true }, ctx);
    job.report({ bytes: 0, totalBytes: size ?? 0 }, `Fetching ${wanted}`);
    const expected = { compute, owner: job.owner.id, ...(size === undefined ? {} : { size }) };
    file = await spool.receive(counted(response, job), expected, ctx.signal);
    const name = await freeName(view, { folder, wanted }, ctx);
    await job.save({ step: 'storing', name, size: file.size });
    job.report({ bytes: file.size, totalBytes: file.size }, `Storing ${name}`);
    await view.upload(childPath(folder, name), file, {}, ctx);
    return { type: 'done', status: name, made: name };
  } finally {
    response.body.destroy();
    await file?.discard();
  }
}

/** The answer behind the redirects. Each of them is a request of its own, so that the client looks at where it leads. */
async function follow(
  link: string,
  client: HttpClient,
  ctx: Ctx,
): Promise<{ readonly url: URL; readonly response: HttpResponse }> {
  let url = plainUrl(link);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const headers = { 'Accept-Encoding': 'identity', 'User-Agent': 'Sluice' };
    const response = await client.request({
      method: 'GET',
      url: url.href,
      headers,
      signal: ctx.signal,
      stallMs: STALL_MS,
    });
    const { location } = response.headers;
    if (REDIRECTS.has(response.status) && location !== undefined) {
      response.body.destroy();
      url = plainUrl(location, url);
      continue;
    }
    if (response.status === 200) return { url, response };
    response.body.destroy();
    throw refused(response);
  }
  throw new StorageError('unavailable', `The link leads on and on: more than ${MAX_REDIRECTS} redirects.`);
}

function plainUrl(link: string, base?: URL): URL {
  const url = URL.parse(link, base);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new StorageError(
      'invalid_argument',
      'The link, or where it leads, is no plain http or https address.',
      {
        detail: { remedy: 'Give an address without a user name and password in it.' },
      },
    );
  }
  url.hash = '';
  return url;
}

async function* counted({ body }: HttpResponse, job: Job<OfflinePayload>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  const chunks: AsyncIterable<Uint8Array> = body;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    job.report({ bytes });
    yield chunk;
  }
}

function sizeOf({ headers }: HttpResponse): number | undefined {
  const size = Number(headers['content-length']);
  return headers['content-length'] !== undefined && Number.isSafeInteger(size) && size >= 0
    ? size
    : undefined;
}

/** `wanted`, or with the first free number. */
async function freeName(
  view: Target['view'],
  { folder, wanted }: { readonly folder: TreePath; readonly wanted: string },
  ctx: Ctx,
): Promise<string> {
  const dot = wanted.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [wanted.slice(0, dot), wanted.slice(dot)] : [wanted, ''];
  for (let number = 0; number < MAX_NAMES; number += 1) {
    const name = number === 0 ? wanted : `${stem}(${number})${extension}`;
    if ((await sizeAt(view, childPath(folder, name), ctx)) === undefined) return name;
  }
  throw new StorageError('exists', `file [${wanted}] exists`);
}

/** Bytes of what stands there; undefined for nothing. */
async function sizeAt(view: Target['view'], path: TreePath, ctx: Ctx): Promise<number | undefined> {
  try {
    return (await view.get(path, ctx)).entry.size;
  } catch (error) {
    if (error instanceof StorageError && error.code === 'not_found') return undefined;
    throw error;
  }
}

function refused({ status }: HttpResponse): StorageError {
  const passes = status >= 500 || status === 429;
  return new StorageError('unavailable', `The server answers with status ${status}.`, {
    ...(passes ? { retry: 'later' } : {}),
    detail: { remedy: 'Check that the link works in a browser.' },
  });
}

function tookTooLong(): StorageError {
  return new StorageError('timeout', 'The download took longer than a day.', {
    detail: { remedy: 'The server is too slow for this tool.' },
  });
}
