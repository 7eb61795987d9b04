import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, test } from 'bun:test';
import { startWorld, type World } from './world.ts';

const LARGE = 'VNsandboxLargeShare0001';
const DEMO = { username: 'demo@sluice.test', password: 'sluice-demo', egress: 'here' };
const FULL = { ...DEMO, username: 'full@sluice.test' };
const RESTORE = 'POST /drive/v1/share/restore';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
});

/** A gateway with the share that is cut at 45 %; with an account to save its film to where one is given. */
async function world(account?: object): Promise<World> {
  const started = await startWorld(undefined, { connectionLimits: false, httpLinks: true });
  worlds.push(started);
  if (account !== undefined) await started.add('/mine', account);
  const restore = account === undefined ? {} : { restore_account: '/mine' };
  await started.add('/cut', { share_id: LARGE, egress: 'here', ...restore }, { driver: 'PikPakShare' });
  return started;
}

interface Got {
  readonly size: number;
  readonly sign: string;
  readonly raw_url: string;
  readonly playable_bytes?: number;
  readonly whole?: string;
  readonly whole_reason?: string;
  readonly delivery: { readonly mode: string; readonly code: string };
}

async function get({ call }: World): Promise<Got> {
  return (await call('/fs/get', { path: '/cut/feature.mp4' })).data as unknown as Got;
}

interface Body {
  readonly status: number;
  readonly bytes: Buffer;
  /** Whether the body ended as it should. */
  readonly whole: boolean;
}

/** Bun's own `fetch` drops what it has buffered when a body breaks off. */
async function fetched(url: string, headers: Record<string, string> = {}): Promise<Body> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpGet(url, { headers, agent: false }, resolve).on('error', reject);
  });
  const location = response.headers.location;
  if (location !== undefined) {
    response.resume();
    return fetched(location, headers['Range'] === undefined ? {} : { Range: headers['Range'] });
  }
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('error', () => {}); // `complete` says the same
  await once(response, 'close').catch(() => {});
  return { status: response.statusCode ?? 0, bytes: Buffer.concat(chunks), whole: response.complete };
}

async function film({ sandbox }: World): Promise<Buffer> {
  const decision = sandbox.cloud.inspect('sharer@sluice.test').find(({ name }) => name === 'feature.mp4');
  expect(decision).toBeDefined();
  return Buffer.from(
    await Bun.file(new URL('../packages/sandbox/src/media/files/sample.mp4', import.meta.url)).bytes(),
  );
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** How often the cloud was asked to save something. */
function restores({ sandbox }: World): number {
  return sandbox.stats().requests[RESTORE] ?? 0;
}

function cached({ sandbox }: World, email = DEMO.username) {
  const items = sandbox.cloud.inspect(email);
  const cache = items.find(({ name }) => name === '.sluice-cache');
  const folders = items.filter(({ parentId }) => parentId === cache?.id);
  return items.filter(({ parentId }) => folders.some(({ id }) => id === parentId));
}

describe('a file of a share that its cloud cuts at 45 %', () => {
  test('says so before it is played, without an account: in the file’s answer, and then in the list', async () => {
    const gateway = await world();
    const { size, playable_bytes, whole, whole_reason, delivery } = await get(gateway);
    expect(playable_bytes).toBe(Math.floor(size * 0.45));
    expect([whole, whole_reason]).toEqual(['never', 'This share names no account to save the file to.']);
    expect(delivery).toMatchObject({ mode: 'proxy', code: 'link_cut' });
    const { data } = await gateway.call('/fs/list', { path: '/cut' });
    expect(data).toMatchObject({ content: [{ name: 'feature.mp4', playable_bytes }] });
  });

  test('plays to where it ends, seeks on what is there, and never passes for the whole', async () => {
    const gateway = await world();
    const { size, sign, playable_bytes = 0 } = await get(gateway);
    const original = await film(gateway);
    for (const door of ['d', 'p']) {
      const url = `${gateway.url}/${door}/cut/feature.mp4?sign=${sign}`;
      const all = await fetched(url);
      expect([all.status, all.bytes.length, all.whole]).toEqual([200, playable_bytes, false]);
      expect(digest(all.bytes)).toBe(digest(original.subarray(0, playable_bytes)));
      const part = await fetched(url, { Range: `bytes=1000-${playable_bytes - 1}` });
      expect([part.status, part.whole]).toEqual([206, true]);
      expect(digest(part.bytes)).toBe(digest(original.subarray(1000, playable_bytes)));
      const behind = await fetched(url, { Range: `bytes=${playable_bytes}-${size - 1}` });
      expect(behind.status).toBe(501);
      expect(behind.bytes.toString()).toContain('only the first 45 % of this file');
    }
    const dav = await fetched(`${gateway.url}/dav/cut/feature.mp4`, {
      Authorization: `Basic ${btoa('admin:admin-password')}`,
    });
    expect([dav.bytes.length, dav.whole]).toEqual([playable_bytes, false]);
  });

  test('comes whole with an account, saved once for twenty who watch at the same time', async () => {
    const gateway = await world(DEMO);
    const before = await get(gateway);
    expect(before).toMatchObject({ whole: 'savable', delivery: { mode: 'proxy' } });
    expect(restores(gateway)).toBe(0);
    const original = digest(await film(gateway));
    const url = `${gateway.url}/p/cut/feature.mp4?sign=${before.sign}`;
    const seen = await Promise.all(Array.from({ length: 20 }, () => fetched(url)));
    expect(new Set(seen.map(({ bytes }) => digest(bytes)))).toEqual(new Set([original]));
    expect(seen.every(({ whole }) => whole)).toBe(true);
    expect(restores(gateway)).toBe(1);
    expect(cached(gateway).map(({ name }) => name)).toEqual(['feature.mp4']);
    expect(await get(gateway)).toMatchObject({ whole: 'saved', playable_bytes: before.playable_bytes });
    expect(restores(gateway)).toBe(1);
    const dav = await fetched(`${gateway.url}/dav/cut/feature.mp4`, {
      Authorization: `Basic ${btoa('admin:admin-password')}`,
    });
    expect(digest(dav.bytes)).toBe(original);
  });

  test('is left out of listings where it was saved, unless the storage shows it', async () => {
    const gateway = await world(DEMO);
    const { sign } = await get(gateway);
    await fetched(`${gateway.url}/p/cut/feature.mp4?sign=${sign}`);
    const names = async (path: string): Promise<string> =>
      JSON.stringify((await gateway.call('/fs/list', { path, refresh: true })).data);
    expect(await names('/mine')).not.toContain('.sluice-cache');
    await gateway.add('/all', { ...DEMO, show_share_cache: true });
    expect(await names('/all')).toContain('.sluice-cache');
  });

  test('is served from the drive where the same content is known to lie there already', async () => {
    const gateway = await world(DEMO);
    await gateway.call('/fs/list', { path: '/mine/Movies/Sample (2026)' });
    const { sign, whole } = await get(gateway);
    expect(whole).toBe('saved');
    const all = await fetched(`${gateway.url}/p/cut/feature.mp4?sign=${sign}`);
    expect(digest(all.bytes)).toBe(digest(await film(gateway)));
    expect(restores(gateway)).toBe(0);
  });

  test('falls back to what there is when the drive is full, and says why', async () => {
    const gateway = await world(FULL);
    const { sign, playable_bytes = 0 } = await get(gateway);
    const match = { method: 'POST', path: '/drive/v1/share/restore' };
    const message = 'Storage space is not enough';
    gateway.sandbox.faults.add({ kind: 'task_error', message, match, times: 9 });
    const url = `${gateway.url}/p/cut/feature.mp4?sign=${sign}`;
    const all = await fetched(url);
    expect([all.bytes.length, all.whole]).toEqual([playable_bytes, false]);
    const part = await fetched(url, { Range: 'bytes=5000-5999' });
    expect([part.status, part.bytes.length]).toEqual([206, 1000]);
    expect((await get(gateway)).whole_reason).toContain('The PikPak account is full.');
    expect(cached(gateway, FULL.username)).toEqual([]);
    expect(restores(gateway)).toBe(1);
  });

  test('is saved ahead when asked, and played as it is when asked', async () => {
    const gateway = await world(DEMO);
    const { sign, playable_bytes } = await get(gateway);
    const part = `${gateway.url}/p/cut/feature.mp4?sign=${sign}&whole=0`;
    const asIs = await fetched(part);
    expect([asIs.bytes.length, asIs.whole, restores(gateway)]).toEqual([playable_bytes ?? 0, true, 0]);
    // A thing of its own, which never passes for the file: by name, size and validator.
    const { headers } = await fetch(part, { headers: { Range: 'bytes=10-' } });
    const file = await fetch(`${gateway.url}/p/cut/feature.mp4?sign=${sign}`, { method: 'HEAD' });
    expect(headers.get('content-range')).toBe(`bytes 10-${(playable_bytes ?? 0) - 1}/${playable_bytes}`);
    expect(headers.get('content-disposition')).toContain('feature (first part).mp4');
    expect(headers.get('etag')).not.toBe(file.headers.get('etag'));
    const path = '/cut/feature.mp4';
    expect((await gateway.call('/fs/share/restore', { path })).data).toMatchObject({ whole: 'savable' });
    const state = async () => (await gateway.call(`/fs/share/restore?path=${path}`)).data as unknown as Got;
    for (let i = 0; i < 300 && (await state()).whole !== 'saved'; i += 1) await Bun.sleep(50);
    expect((await state()).whole).toBe('saved');
  });

  test('needs the account that is named to be there, and offers those that are', async () => {
    const gateway = await world(DEMO);
    const addition = { share_id: LARGE, egress: 'here', restore_account: '/nobody' };
    const made = await gateway.call('/admin/storage/create', {
      mount_path: '/other',
      driver: 'PikPakShare',
      addition: JSON.stringify(addition),
    });
    expect([made.code, made.data.problems[0]?.field]).toEqual([400, 'restore_account']);
    const form = await gateway.call('/admin/driver/info?driver=PikPakShare');
    expect(JSON.stringify(form.data)).toContain(
      '"name":"restore_account","type":"select","default":"","options":"/mine"',
    );
  });
});

describe('a large file that is cut without a word', () => {
  test('is found out by single bytes, once, and told before it is played', async () => {
    const gateway = await startWorld(undefined, { sharedCut: { part: 0.4, told: false } });
    worlds.push(gateway);
    await gateway.add('/mine', DEMO);
    const wish = { dir: '/mine/Big', names: ['4GiB.bin'] };
    const made = (await gateway.call('/fs/share/create', wish)).data as unknown as { url: string };
    await gateway.add('/theirs', { share_id: made.url, egress: 'here' }, { driver: 'PikPakShare' });
    const downloads = () => gateway.sandbox.stats().requests['GET /download/'] ?? 0;
    const before = downloads();
    const told = async () =>
      (await gateway.call('/fs/get', { path: '/theirs/4GiB.bin' })).data as unknown as Got;
    const { size, playable_bytes = 0, whole } = await told();
    expect(whole).toBe('never');
    expect(playable_bytes).toBeLessThanOrEqual(size * 0.4);
    expect(playable_bytes).toBeGreaterThan(size * 0.39);
    const asked = downloads() - before;
    expect([asked > 3, asked <= 10]).toEqual([true, true]);
    const again = await told();
    expect(again).toMatchObject({ playable_bytes, delivery: { code: 'link_cut' } });
    expect(downloads() - before).toBe(asked);
    const url = `${gateway.url}/d/theirs/4GiB.bin?sign=${again.sign}`;
    const behind = await fetched(url, { Range: `bytes=${playable_bytes}-${size - 1}` });
    expect(behind.status).toBe(501);
    const last = await fetched(url, { Range: `bytes=${playable_bytes - 1000}-${playable_bytes - 1}` });
    expect([last.status, last.bytes.length, last.whole]).toEqual([206, 1000, true]);
  });
});

describe('a share that is refused in this region', () => {
  test('opens by another way out, and trying the storage says which', async () => {
    const gateway = await world();
    const tried = async (egress: string) => {
      const addition = JSON.stringify({ share_id: 'VNsandboxRegionShare001', egress });
      const body = { mount_path: '/region', driver: 'PikPakShare', addition };
      return (await gateway.call('/admin/storage/test', body)).data;
    };
    const ends = async (egress: string) => {
      const { ok, steps } = await tried(egress);
      const { name = '', message = '', remedy = '' } = steps.at(-1) ?? {};
      return { ok, name, message, remedy, steps };
    };
    expect(await ends('asia')).toMatchObject({
      ok: false,
      name: 'region',
      message: 'PikPak doesn\'t offer shares through "asia": not in that region.',
      remedy: 'Set "Egress" of this storage to a proxy in another region.',
    });
    const europe = await ends('europe');
    expect([europe.ok, europe.name]).toEqual([true, 'root']);
    expect(JSON.stringify(europe.steps)).toContain('PikPak answers about shares through \\"europe\\".');
    const id = await gateway.add(
      '/region',
      { share_id: 'VNsandboxRegionShare001', egress: 'asia' },
      { driver: 'PikPakShare' },
    );
    expect(await gateway.stateOf(id)).toMatchObject({ state: 'degraded', code: 'region_blocked' });
  });
});
