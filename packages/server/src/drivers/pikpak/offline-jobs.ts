import type { CloudJob } from '../../core/cloud-job.ts';
import type { Ctx, OpTable } from '../../core/driver.ts';
import { StorageError } from '../../core/errors.ts';
import { attempt, patientDrive } from './attempts.ts';
import type { ChangeTools } from './change-tools.ts';
import { offlineFailure } from './offline-failure.ts';
import type { DriveCall, DriveClient } from './session.ts';
import { countOf, type JsonObject, objectOf, objectsOf, textOf, timeOf } from './wire.ts';

const PATH = '/drive/v1/tasks';
/** The most that a page can have (protocol reference §5.2). */
const PAGE_SIZE = 10_000;
const MAX_PAGES = 20;
/** One list call in this time, however many ask (protocol reference §5.3, "Polling"). */
const FRESH_MS = 5000;
const PHASES = 'PHASE_TYPE_PENDING,PHASE_TYPE_RUNNING,PHASE_TYPE_COMPLETE,PHASE_TYPE_ERROR';

/** The service's own fetching of links (protocol reference §5). */
export class OfflineJobs {
  readonly #tools: ChangeTools;
  readonly #patient: Pick<DriveClient, 'call'>;
  #list: { readonly at: number; readonly jobs: readonly CloudJob[] } | undefined;

  constructor(tools: ChangeTools) {
    const { drive, env } = tools.options;
    this.#tools = tools;
    this.#patient = patientDrive(drive, env);
  }

  /** Asked once: a task whose answer got lost is looked for before it is asked for again. */
  async start({ dir, url, name }: OpTable['offline']['args'], ctx: Ctx): Promise<CloudJob> {
    return this.#tools.inTurn([`offline:${dir}`], ctx, async () => {
      const { drive, apiRoot, env, root } = this.#tools.options;
      if (dir !== root) await this.#tools.files.checkFolder(dir, ctx);
      const before = new Set((await this.list(ctx)).map(({ id }) => id));
      const body = {
        kind: 'drive#file',
        name: name ?? '',
        upload_type: 'UPLOAD_TYPE_URL',
        url: { url },
        parent_id: dir,
        folder_type: '',
      };
      const call: DriveCall = { root: apiRoot, method: 'POST', path: '/drive/v1/files', body };
      const act = async (): Promise<CloudJob> => {
        const job = readJob(objectOf((await drive.call(call, ctx))['task']) ?? {});
        if (job === undefined) throw new StorageError('protocol', 'PikPak tells of no offline download.');
        return { ...job, url, folder: dir };
      };
      const look = async (): Promise<CloudJob | undefined> =>
        (await this.#read(ctx)).find((job) => job.url === url && !before.has(job.id));
      const made = await attempt(act, env, { signal: ctx.signal, look });
      // A thousand links in a row would otherwise have the whole list read a thousand times.
      if (this.#list !== undefined) this.#list = { ...this.#list, jobs: [made, ...this.#list.jobs] };
      return made;
    });
  }

  /** All that PikPak remembers, newest first. */
  async list(ctx: Ctx): Promise<readonly CloudJob[]> {
    const now = this.#tools.options.env.clock.now();
    if (this.#list !== undefined && now - this.#list.at < FRESH_MS) return this.#list.jobs;
    const jobs = await this.#read(ctx);
    this.#list = { at: now, jobs };
    return jobs;
  }

  /** §5.4. */
  async retry({ job }: OpTable['retryJob']['args'], ctx: Ctx): Promise<void> {
    const body = { type: 'offline', create_type: 'RETRY', id: job };
    const { drive, apiRoot } = this.#tools.options;
    await drive.call({ root: apiRoot, method: 'POST', path: '/drive/v1/task', body }, ctx);
    this.#list = undefined;
  }

  /** Never with its files: what it has brought may hold what somebody else put there (§5.4). */
  async remove({ job }: OpTable['removeJob']['args'], ctx: Ctx): Promise<void> {
    const query = { task_ids: job, delete_files: 'false' };
    const { apiRoot } = this.#tools.options;
    await this.#patient.call({ root: apiRoot, method: 'DELETE', path: PATH, query }, ctx);
    this.#list = undefined;
  }

  async #read(ctx: Ctx): Promise<CloudJob[]> {
    const jobs: CloudJob[] = [];
    let token = '';
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const query = {
        type: 'offline',
        limit: String(PAGE_SIZE),
        filters: JSON.stringify({ phase: { in: PHASES } }),
        ...(token === '' ? {} : { page_token: token }),
      };
      const { apiRoot } = this.#tools.options;
      const answer = await this.#patient.call({ root: apiRoot, method: 'GET', path: PATH, query }, ctx);
      jobs.push(...objectsOf(answer['tasks']).flatMap((task) => readJob(task) ?? []));
      token = textOf(answer['next_page_token']);
      if (token === '') break;
    }
    return jobs;
  }
}

/** The Task object (§5.3). Undefined without an id. */
function readJob(json: JsonObject): CloudJob | undefined {
  const id = textOf(json['id']);
  if (id === '') return undefined;
  const params = objectOf(json['params']) ?? {};
  const phase = phaseOf(textOf(json['phase']));
  const entry = textOf(json['file_id']);
  const size = countOf(json['file_size']);
  const created = timeOf(json['created_time']);
  const folder = params['parent_folder_id'];
  return {
    id,
    url: textOf(params['url']),
    ...(typeof folder === 'string' ? { folder } : {}),
    name: textOf(json['file_name']) || textOf(json['name']),
    phase,
    percent: Math.min(100, countOf(json['progress']) ?? 0),
    ...(size === undefined || size === 0 ? {} : { size }),
    ...(entry === '' ? {} : { entry }),
    ...(created === undefined ? {} : { created }),
    ...(phase === 'failed' ? { error: offlineFailure(textOf(json['message'])) } : {}),
  };
}

function phaseOf(phase: string): CloudJob['phase'] {
  switch (phase) {
    case 'PHASE_TYPE_COMPLETE':
      return 'done';
    case 'PHASE_TYPE_ERROR':
      return 'failed';
    case 'PHASE_TYPE_PENDING':
      return 'queued';
    default:
      return 'running';
  }
}
