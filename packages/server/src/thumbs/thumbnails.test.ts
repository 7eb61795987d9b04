import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Picture } from '../core/entry.ts';
import { StorageError } from '../core/errors.ts';
import { fakeClock } from '../../testing/fake-clock.ts';
import { ctx, failureOf, file, fakeMount, noLog } from '../vfs/testing/fake-storage.ts';
import { normalizePath } from '../core/path.ts';
import type { OpenFile } from '../vfs/view.ts';
import { createPictureStore } from './picture-store.ts';
import { createThumbnails } from './thumbnails.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-thumbs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const picture = (size = 10): Picture => ({ bytes: new Uint8Array(size).fill(7), mimeType: 'image/webp' });

function openFile(name: string, thumbnail: OpenFile['thumbnail'], modified = 1): OpenFile {
  const path = normalizePath(`/${name}`);
  const { record, transport } = fakeMount('/');
  const never = () => Promise.reject(new Error('nothing else may be asked'));
  return {
    node: { path, fullPath: path, entry: file(name, { modified }) },
    storage: record,
    source: 'read',
    transport,
    egress: '',
    link: never,
    read: never,
    forgetLink: () => {},
    ...(thumbnail === undefined ? {} : { thumbnail }),
  };
}

function rig(
  options: { readonly atOnce?: number; readonly maxWaiting?: number; readonly maxBytes?: number } = {},
) {
  const clock = fakeClock();
  const store = createPictureStore({ folder, maxBytes: options.maxBytes ?? 1000 });
  return { clock, store, thumbnails: createThumbnails({ store, clock, log: noLog, ...options }) };
}

describe('thumbnails', () => {
  test('are drawn once, for all who wait, and kept over a restart', async () => {
    let drawn = 0;
    const draw = async () => (drawn++, picture());
    const { thumbnails } = rig();
    const all = await Promise.all([1, 2, 3].map(() => thumbnails.of(openFile('a', draw), ctx())));
    expect(all).toEqual([picture(), picture(), picture()]);
    const { bytes, mimeType } = await rig().thumbnails.of(openFile('a', draw), ctx());
    expect([[...bytes], mimeType]).toEqual([[...picture().bytes], 'image/webp']);
    expect(drawn).toBe(1);
  });

  test('of a file that changed are drawn anew', async () => {
    let drawn = 0;
    const draw = async () => (drawn++, picture());
    const { thumbnails } = rig();
    await thumbnails.of(openFile('a', draw, 1), ctx());
    await thumbnails.of(openFile('a', draw, 2), ctx());
    expect(drawn).toBe(2);
  });

  test('are drawn few at a time, and beyond a number that waits refused', async () => {
    const { thumbnails } = rig({ atOnce: 1, maxWaiting: 1 });
    const { promise, resolve } = Promise.withResolvers<Picture>();
    let running = 0;
    const draw = () => (running++, promise);
    const first = thumbnails.of(openFile('a', draw), ctx());
    const second = thumbnails.of(openFile('b', draw), ctx());
    await Bun.sleep(0);
    const third = await failureOf(thumbnails.of(openFile('c', draw), ctx()));
    expect(third).toMatchObject({ code: 'unavailable', retry: 'later' });
    expect(running).toBe(1);
    resolve(picture());
    await Promise.all([first, second]);
    expect(running).toBe(2);
  });

  test('that nobody waits for any more are not begun', async () => {
    const { thumbnails } = rig({ atOnce: 1 });
    const { promise, resolve } = Promise.withResolvers<Picture>();
    let begun = 0;
    const first = thumbnails.of(
      openFile('a', () => promise),
      ctx(),
    );
    await Bun.sleep(0);
    const leave = new AbortController();
    const second = thumbnails.of(
      openFile('b', async () => (begun++, picture())),
      ctx(leave.signal),
    );
    leave.abort();
    expect(await failureOf(second)).toMatchObject({ name: 'AbortError' });
    resolve(picture());
    await first;
    await Bun.sleep(0);
    expect(begun).toBe(0);
  });

  test('that can not be drawn are not tried again for ten minutes', async () => {
    let tried = 0;
    const draw = async (): Promise<Picture> => {
      tried++;
      throw new StorageError('unsupported', 'no picture can be made of this file');
    };
    const { clock, thumbnails } = rig();
    for (let i = 0; i < 3; i++) {
      expect(await failureOf(thumbnails.of(openFile('a', draw), ctx()))).toMatchObject({
        code: 'unsupported',
      });
    }
    expect(tried).toBe(1);
    await clock.advance(10 * 60_000);
    await failureOf(thumbnails.of(openFile('a', draw), ctx()));
    expect(tried).toBe(2);
  });

  test('are unsupported where the storage draws none', async () => {
    const { thumbnails } = rig();
    expect(await failureOf(thumbnails.of(openFile('a', undefined), ctx()))).toMatchObject({
      code: 'unsupported',
    });
  });
});

describe('the folder of pictures', () => {
  test('never holds more than it may: what was used least recently goes', async () => {
    const { store } = rig({ maxBytes: 35 });
    for (const key of ['a', 'b', 'c']) await store.put(key, picture());
    await store.get('a');
    await store.put('d', picture());
    expect(await store.get('b')).toBeUndefined();
    expect(await store.get('a')).toBeDefined();
    expect([await store.size(), (await readdir(folder)).length]).toEqual([30, 3]);
  });

  test('drops what a crash left half written, and makes again what somebody removed', async () => {
    await Bun.write(join(folder, 'x.webp.1.part'), 'half');
    const { store } = rig();
    await store.put('a', picture());
    expect(await readdir(folder)).toHaveLength(1);
    for (const name of await readdir(folder)) await rm(join(folder, name));
    expect(await store.get('a')).toBeUndefined();
    expect(await store.size()).toBe(0);
  });
});
