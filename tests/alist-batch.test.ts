import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { startWorld, type World } from './world.ts';

interface Envelope {
  readonly code: number;
  readonly message: string;
  readonly data: {
    readonly token?: string;
    readonly id?: number;
    readonly total?: number;
    readonly content?: readonly Record<string, unknown>[];
  } | null;
}

/** `pik_share.yaml` as the tool reads it (API reference §8.1): category, name, address. */
const SHARES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  电影: {
    'Open & free': 'VNsandboxOpenShare00001',
    'a/b': 'VNsandboxLargeShare0001',
    Gone: 'VNsandboxGoneShare00001',
  },
  Books: { Locked: 'VNsandboxLockedShare001?pwd=k7pm' },
};

/** The calls of alist_batch, one by one, as API reference §8.2 and §8.3 record them. */
class AlistBatch {
  readonly #url: string;
  readonly #egress: string;
  #token = 'ALIST_TOKEN';

  constructor(url: string, egress: string) {
    this.#url = url;
    this.#egress = egress;
  }

  /** Step 1: the placeholder goes along as a token. */
  async login(password: string): Promise<Envelope> {
    const answer = await this.#post('/api/auth/login', JSON.stringify({ username: 'admin', password }));
    this.#token = answer.data?.token ?? this.#token;
    return answer;
  }

  /** Step 2: no parameters. */
  list(): Promise<Envelope> {
    return this.#send('/api/admin/storage/list', { method: 'GET' });
  }

  /** Step 5: everything at once. */
  createAll(): Promise<Envelope[]> {
    const entries = Object.entries(SHARES).flatMap(([category, names]) =>
      Object.entries(names).map(([name, share]) => ({ path: `/${category}/${name}`, share })),
    );
    return Promise.all(
      entries.map(({ path, share }) => this.#post('/api/admin/storage/create', this.#body(path, share))),
    );
  }

  /** Step 4: an empty body, the id in the query. */
  async delete(which: 'dis' | 'all'): Promise<Envelope[]> {
    const { data } = await this.list();
    const ids = (data?.content ?? []).filter(({ disabled }) => which === 'all' || disabled === true);
    return Promise.all(ids.map(({ id }) => this.#post(`/api/admin/storage/delete?id=${String(id)}`, '')));
  }

  disable(id: unknown): Promise<Envelope> {
    return this.#post(`/api/admin/storage/disable?id=${String(id)}`, '');
  }

  #body(mount_path: string, share: string): string {
    const [share_id = '', query = ''] = share.split('?');
    const addition = {
      root_folder_id: '',
      username: '',
      password: '',
      share_id,
      share_pwd: new URLSearchParams(query).get('pwd') ?? '',
      order_by: '',
      order_direction: '',
      platform: 'android',
      use_transcoding_address: true,
      egress: this.#egress, // the one field that the tool does not send: the way to the sandbox
    };
    return JSON.stringify({
      mount_path,
      order: 0,
      remark: '',
      cache_expiration: 30,
      web_proxy: false,
      webdav_policy: '302_redirect',
      down_proxy_url: '',
      order_by: '',
      order_direction: '',
      extract_folder: '',
      enable_sign: false,
      driver: 'PikPakShare',
      addition: JSON.stringify(addition),
    });
  }

  #post(path: string, body: string): Promise<Envelope> {
    return this.#send(path, { method: 'POST', body });
  }

  /** HTTP's own status is not looked at; a body that is no envelope ends the tool. */
  async #send(path: string, init: RequestInit): Promise<Envelope> {
    const type = init.method === 'POST' ? { 'Content-Type': 'application/json; charset=UTF-8' } : {};
    const headers = { ...type, Authorization: this.#token };
    return (await (await fetch(this.#url + path, { ...init, headers })).json()) as Envelope;
  }
}

describe('alist_batch, unchanged', () => {
  let world: World;
  let tool: AlistBatch;
  beforeAll(async () => {
    world = await startWorld();
    tool = new AlistBatch(world.url, 'here');
  });
  afterAll(() => world.stop());

  test('with the placeholder for a token it is told to sign in, in JSON', async () => {
    expect((await tool.list()).code).toBe(401);
  });

  test('signs in although it sends the placeholder along', async () => {
    expect((await tool.login('wrong')).code).not.toBe(200);
    const { code, data } = await tool.login('admin-password');
    expect([code, typeof data?.token]).toEqual([200, 'string']);
  });

  test('creates everything at once; what does not open is kept with its id, and told', async () => {
    const answers = await tool.createAll();
    expect(answers.map(({ code }) => code)).toEqual([200, 200, 500, 200]);
    expect(answers[2]?.message).toContain('has been deleted');
    expect(answers.every(({ data }) => Number.isInteger(data?.id))).toBe(true);
  });

  test('a second run makes no second row', async () => {
    const answers = await tool.createAll();
    expect(answers.map(({ code }) => code)).toEqual([500, 500, 500, 500]);
    expect((await tool.list()).data?.total).toBe(4);
  });

  test('the list has every field in the type that the tool decodes', async () => {
    for (const item of (await tool.list()).data?.content ?? []) {
      for (const name of ['id', 'order', 'cache_expiration']) expect(Number.isInteger(item[name])).toBe(true);
      for (const name of [
        'mount_path',
        'driver',
        'status',
        'addition',
        'remark',
        'order_by',
        'order_direction',
        'extract_folder',
        'webdav_policy',
        'down_proxy_url',
      ]) {
        expect(typeof item[name]).toBe('string');
      }
      for (const name of ['disabled', 'web_proxy']) expect(typeof item[name]).toBe('boolean');
      expect(String(item['modified'])).toMatch(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
      );
    }
  });

  test('-delete dis removes the disabled ones, -delete all the rest', async () => {
    const content = (await tool.list()).data?.content ?? [];
    const gone = content.find(({ mount_path }) => mount_path === '/电影/Gone');
    expect((await tool.disable(gone?.['id'])).code).toBe(200);
    expect((await tool.delete('dis')).map(({ code }) => code)).toEqual([200]);
    expect((await tool.list()).data?.total).toBe(3);
    expect((await tool.delete('all')).map(({ code }) => code)).toEqual([200, 200, 200]);
    expect((await tool.list()).data?.total).toBe(0);
  });
});
