import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudWithStore } from '../../../types.ts';
import { ask, type CloudFixture, driveHeaders, makeCloud, record, records } from '../../cloud-fixture.ts';
import type { CloudRules } from '../../rules.ts';
import type { Body } from '../../request.ts';

const FILES = '/drive/v1/files';
const LIVE = '{"phase":{"eq":"PHASE_TYPE_COMPLETE"},"trashed":{"eq":false}}';
/** Longer than any delay of a task out of the box. */
const LONG_ENOUGH_MS = 10_000;

/** What a request came back with. */
export interface Answer {
  readonly status: number;
  readonly body: Body;
}

/** For tests: a signed-in client that changes a drive. Items are named by id; '' is the root. */
export class DriveClient {
  readonly cloud: CloudWithStore;
  readonly fixture: CloudFixture;
  readonly headers: Readonly<Record<string, string>>;

  constructor(fixture: CloudFixture, headers: Readonly<Record<string, string>>) {
    this.cloud = fixture.cloud;
    this.fixture = fixture;
    this.headers = headers;
  }

  async request(
    method: string,
    path: string,
    json?: unknown,
    query: Record<string, string> = {},
  ): Promise<Answer> {
    return ask(this.cloud, path, {
      method,
      headers: this.headers,
      query,
      ...(json === undefined ? {} : { json }),
    });
  }

  mkdir(name: string, parentId = ''): Promise<Answer> {
    return this.request('POST', FILES, { kind: 'drive#folder', parent_id: parentId, name });
  }

  /** Makes a folder and returns its id. */
  async folder(name: string, parentId = ''): Promise<string> {
    return textMember(record((await this.mkdir(name, parentId)).body, 'file'), 'id');
  }

  rename(id: string, name: string): Promise<Answer> {
    return this.request('PATCH', `${FILES}/${id}`, { name });
  }

  get(id: string): Promise<Answer> {
    return this.request('GET', `${FILES}/${id}`);
  }

  /** A batch action; `to` only for those that have a target. */
  batch(action: string, ids: readonly string[], to?: string): Promise<Answer> {
    return this.request('POST', `${FILES}:${action}`, {
      ids,
      ...(to === undefined ? {} : { to: { parent_id: to } }),
    });
  }

  /** The same, waited for. Returns the task as it ended. */
  async done(action: string, ids: readonly string[], to?: string): Promise<Body> {
    const { body } = await this.batch(action, ids, to);
    this.fixture.clock.advance(LONG_ENOUGH_MS);
    return (await this.request('GET', `/drive/v1/tasks/${textMember(body, 'task_id')}`)).body;
  }

  async list(parentId = '', filters = LIVE): Promise<Body[]> {
    const query = { parent_id: parentId, limit: '500', filters };
    return records((await this.request('GET', FILES, undefined, query)).body, 'files');
  }

  async names(parentId = '', filters = LIVE): Promise<string[]> {
    return (await this.list(parentId, filters)).map((file) => textMember(file, 'name')).sort();
  }

  /** The id of the live item at a path such as `/Music/song.mp3`. */
  async idOf(path: string): Promise<string> {
    let id = '';
    for (const name of path.split('/').slice(1)) {
      const found = (await this.list(id)).find((file) => file['name'] === name);
      if (found === undefined) throw new Error(`${path}: no ${name}`);
      id = textMember(found, 'id');
    }
    return id;
  }

  async quota(): Promise<{ readonly usage: number; readonly trash: number }> {
    const quota = record((await this.request('GET', '/drive/v1/about')).body, 'quota');
    return { usage: Number(quota['usage']), trash: Number(quota['usage_in_trash']) };
  }
}

/** A client of the demo account, or of another, on a cloud with these rules. */
export async function makeDriveClient(rules: Partial<CloudRules> = {}, email?: string): Promise<DriveClient> {
  const fixture = await makeCloud({ rules });
  return new DriveClient(fixture, await driveHeaders(fixture.cloud, email));
}

/** Makes clouds that uploads are put into, and removes what they left on disk. */
export interface UploadLab {
  /** A client of the demo account on a cloud with these options. */
  drive(options?: Parameters<typeof makeCloud>[0]): Promise<DriveClient>;
  close(): Promise<void>;
}

/** A lab whose clouds keep uploads in a folder of its own. */
export async function makeUploadLab(): Promise<UploadLab> {
  const folder = await mkdtemp(join(tmpdir(), 'upload-lab-'));
  return {
    drive: async (options = {}) => {
      const fixture = await makeCloud({ ...options, spool: { folder } });
      return new DriveClient(fixture, await driveHeaders(fixture.cloud));
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What a refusal says, for comparing. */
export function complaint({ status, body }: Answer): readonly [number, unknown, unknown] {
  return [status, body['error'], body['error_code']];
}

function textMember(body: Body, name: string): string {
  const value = body[name];
  if (typeof value !== 'string') throw new Error(`${name} is no text in ${JSON.stringify(body)}`);
  return value;
}
