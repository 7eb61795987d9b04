import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld, type World } from './world.ts';

interface Listed {
  readonly content: readonly { readonly name: string; readonly thumb: string }[];
}

const PHOTO = join(import.meta.dir, '../packages/sandbox/src/media/files/photo-1.jpg');
const DEMO = { username: 'demo@sluice.test', password: 'sluice-demo', egress: 'here' };

describe('small pictures, through the whole gateway', () => {
  let world: World;
  let folder: string;
  beforeAll(async () => {
    world = await startWorld();
    folder = await mkdtemp(join(tmpdir(), 'sluice-photos-'));
    await Bun.write(join(folder, 'sea #1.jpg'), Bun.file(PHOTO));
    await Bun.write(join(folder, 'none.jpg'), 'no picture');
    await Bun.write(join(folder, 'notes.txt'), 'x');
    await world.add('/photos', { root_folder_path: folder }, { driver: 'Local' });
    await world.add('/cloud', DEMO);
  });
  afterAll(async () => {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function thumbOf(dir: string, name: string): Promise<string> {
    const { data } = await world.call('/fs/list', { path: dir });
    const { content } = data as unknown as Listed;
    return content.find((one) => one.name === name)?.thumb ?? '';
  }

  test('of a local image come signed from the gateway, and are small', async () => {
    const thumb = await thumbOf('/photos', 'sea #1.jpg');
    expect(thumb).toStartWith('/d/photos/sea%20%231.jpg?type=thumb&sign=');
    const answer = await fetch(world.url + thumb);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/webp']);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const { width, height } = await new Bun.Image(bytes).metadata();
    expect(Math.max(width, height)).toBe(360);
    const head = await fetch(world.url + thumb, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(bytes.length));
  });

  test('need the sign that their file needs', async () => {
    expect((await fetch(`${world.url}/d/photos/sea%20%231.jpg?type=thumb`)).status).toBe(401);
    expect((await fetch(`${world.url}/d/photos/sea%20%231.jpg?type=thumb&sign=x:0`)).status).toBe(401);
  });

  test('that can not be made are an error of their own, and the file is served all the same', async () => {
    const thumb = await thumbOf('/photos', 'none.jpg');
    expect((await fetch(world.url + thumb)).status).toBe(501);
    const file = await fetch(world.url + thumb.replace('type=thumb&', ''));
    expect([file.status, await file.text()]).toEqual([200, 'no picture']);
    expect(await thumbOf('/photos', 'notes.txt')).toBe('');
  });

  test('of a cloud stay the cloud’s own', async () => {
    const thumb = await thumbOf('/cloud/Photos', 'photo-1.jpg');
    expect(new URL(thumb).hostname).toContain('thumbnail');
    const { data } = await world.call('/fs/get', { path: '/cloud/Photos/photo-1.jpg' });
    const asked = await fetch(`${world.url}/d/cloud/Photos/photo-1.jpg?type=thumb&sign=${data.sign}`, {
      redirect: 'manual',
    });
    expect([asked.status, new URL(asked.headers.get('location') ?? '').hostname]).toEqual([
      302,
      new URL(thumb).hostname,
    ]);
  });
});
