import { createHash } from 'node:crypto';
import type { InProcessSandbox } from '@sluice/sandbox';
import type { VirtualTime } from './virtual-time.ts';

type Json = Readonly<Record<string, unknown>>;

const CLIENT = 'YUMx5nI8ZU8Ap8pm';
const DEVICE = 'a'.repeat(32);
const RENEW_AFTER_MS = 60 * 60_000;

/** Something new, and what it came to be called. */
export interface Made {
  readonly id: string;
  readonly name: string;
}

/** Another program on the same account, written from the protocol reference (§2, §3) and sharing nothing with the driver. No fault strikes it. */
export class Rival {
  readonly #sandbox: InProcessSandbox;
  readonly #time: VirtualTime;
  readonly #email: string;
  #session: { readonly access: string; readonly refresh: string; readonly at: number } | undefined;

  constructor(sandbox: InProcessSandbox, time: VirtualTime, email: string) {
    this.#sandbox = sandbox;
    this.#time = time;
    this.#email = email;
  }

  /** The new folder; undefined when it was refused. */
  async makeFolder(parentId: string, name: string): Promise<Made | undefined> {
    const body = { kind: 'drive#folder', parent_id: parentId, name };
    return madeIn(await this.#drive('POST', '/drive/v1/files', body));
  }

  /** Content must be known to the cloud, or empty: it is uploaded by its hash alone. */
  async upload(parentId: string, name: string, content: string): Promise<Made | undefined> {
    const piece = createHash('sha1').update(content).digest();
    const hash = createHash('sha1')
      .update(content === '' ? '' : piece)
      .digest('hex');
    const size = String(Buffer.byteLength(content));
    const body = { kind: 'drive#file', parent_id: parentId, name, size, hash };
    const call = { ...body, upload_type: 'UPLOAD_TYPE_RESUMABLE' };
    return madeIn(await this.#drive('POST', '/drive/v1/files', call));
  }

  /** Whether it was done. */
  async rename(id: string, name: string): Promise<boolean> {
    return (await this.#drive('PATCH', `/drive/v1/files/${id}`, { name }))['name'] === name;
  }

  /** Whether it will be done in a moment. */
  async trash(id: string): Promise<boolean> {
    return 'task_id' in (await this.#drive('POST', '/drive/v1/files:batchTrash', { ids: [id] }));
  }

  async #drive(method: string, path: string, body: Json): Promise<Json> {
    const access = await this.#access();
    const headers = { authorization: `Bearer ${access}`, 'x-device-id': DEVICE };
    return this.#call('api-drive', { method, path, headers }, body);
  }

  async #access(): Promise<string> {
    const session = this.#session;
    if (session !== undefined && this.#time.now() - session.at < RENEW_AFTER_MS) return session.access;
    const answer = session === undefined ? await this.#signIn() : await this.#renew(session.refresh);
    const [access, refresh] = [answer['access_token'], answer['refresh_token']];
    if (typeof access !== 'string' || typeof refresh !== 'string') {
      throw new Error(`the rival can't sign in: ${JSON.stringify(answer)}`);
    }
    this.#session = { access, refresh, at: this.#time.now() };
    return access;
  }

  async #signIn(): Promise<Json> {
    const meta = { email: this.#email };
    const action = 'POST:/v1/auth/signin';
    const init = { client_id: CLIENT, device_id: DEVICE, action, meta };
    const captcha = await this.#call('user', { method: 'POST', path: '/v1/shield/captcha/init' }, init);
    return this.#call(
      'user',
      { method: 'POST', path: '/v1/auth/signin' },
      {
        client_id: CLIENT,
        username: this.#email,
        password: 'sluice-demo',
        captcha_token: captcha['captcha_token'],
      },
    );
  }

  #renew(refresh: string): Promise<Json> {
    const body = { client_id: CLIENT, grant_type: 'refresh_token', refresh_token: refresh };
    return this.#call('user', { method: 'POST', path: '/v1/auth/token' }, body);
  }

  async #call(
    label: string,
    request: { readonly method: string; readonly path: string; readonly headers?: Record<string, string> },
    body: Json,
  ): Promise<Json> {
    const answer = await this.#sandbox.cloud.handle({
      method: request.method,
      path: request.path,
      host: `${label}.mypikpak.com`,
      query: new URLSearchParams(),
      headers: request.headers ?? {},
      body: new TextEncoder().encode(JSON.stringify(body)),
      caller: { address: '127.0.0.1', region: 'local' },
    });
    const json: unknown = JSON.parse(String(answer.body));
    return typeof json === 'object' && json !== null ? { ...json } : {};
  }
}

function madeIn(answer: Json): Made | undefined {
  const file: unknown = answer['file'];
  if (typeof file !== 'object' || file === null) return undefined;
  const { id, name }: { id?: unknown; name?: unknown } = file;
  return typeof id === 'string' && typeof name === 'string' ? { id, name } : undefined;
}
