import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { startWorld, type World } from './world.ts';

interface Variant {
  readonly id: string;
  readonly name: string;
  readonly original: boolean;
  readonly size: number;
  readonly height: number;
  readonly preferred: boolean;
  readonly url: string;
}

const DEMO = { username: 'demo@sluice.test', password: 'sluice-demo', egress: 'here' };
const FILM = '/Movies/Sample (2026)/sample.mp4';

describe('a film in several resolutions, through the whole gateway', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    await world.add('/plain', DEMO);
    await world.add('/media', { ...DEMO, prefer: 'media', disable_media_link: false });
  });
  afterAll(() => world.stop());

  async function variantsOf(path: string): Promise<Variant[]> {
    const { data } = await world.call('/fs/other', { path, method: 'variants' });
    return (data as unknown as { variants: Variant[] }).variants;
  }

  test('lists the original and the copies, each with its own size', async () => {
    const [original, copy] = await variantsOf(`/plain${FILM}`);
    const { data } = await world.call('/fs/get', { path: `/plain${FILM}` });
    const { size } = data as unknown as { size: number };
    expect(original).toMatchObject({ name: 'Original', original: true, size, height: 720, preferred: true });
    expect(copy).toMatchObject({ name: '480P', original: false, height: 480, preferred: false });
    expect(copy?.size).not.toBe(size);
  });

  test('serves of each just the size that is listed, whole and in parts', async () => {
    for (const { url, size } of [
      ...(await variantsOf(`/plain${FILM}`)),
      ...(await variantsOf(`/media${FILM}`)),
    ]) {
      const whole = await fetch(url);
      expect(whole.status).toBe(200);
      expect(whole.headers.get('content-length')).toBe(String(size));
      expect((await whole.arrayBuffer()).byteLength).toBe(size);
      const end = await fetch(url, { headers: { Range: 'bytes=-100' } });
      expect(end.status).toBe(206);
      expect(end.headers.get('content-range')).toBe(`bytes ${size - 100}-${size - 1}/${size}`);
      await end.arrayBuffer();
    }
  });

  test('gives original and copy different bytes, tags and names', async () => {
    const [original, copy] = await variantsOf(`/plain${FILM}`);
    const heads = await Promise.all([original, copy].map((one) => fetch(one?.url ?? '', { method: 'HEAD' })));
    const [a, b] = heads.map(({ headers }) => [headers.get('etag'), headers.get('content-disposition')]);
    expect(a?.[0]).not.toBe(b?.[0]);
    expect(b?.[1]).toContain('480P');
    expect(heads[1]?.headers.get('content-type')).toBe('video/mp4');
  });

  test('begins with what the cloud would play where the storage says so, and with the original otherwise', async () => {
    const heavy = '/Movies/Too Heavy (2026)/heavy.mp4';
    const preferred = (variants: readonly Variant[]) => variants.find((one) => one.preferred)?.name;
    expect(preferred(await variantsOf(`/media${FILM}`))).toBe('Original');
    expect(preferred(await variantsOf(`/media${heavy}`))).toBe('720P');
    expect(preferred(await variantsOf(`/plain${heavy}`))).toBe('Original');
  });

  test('asks the cloud once for many ranges of a copy', async () => {
    const copy = (await variantsOf(`/plain${FILM}`))[1];
    const gets = () => world.sandbox.stats().requests['GET /drive/v1/files/{id}'] ?? 0;
    await fetch(copy?.url ?? '', { headers: { Range: 'bytes=0-0' } });
    const before = gets();
    for (let at = 0; at < 20; at += 1) {
      await (
        await fetch(copy?.url ?? '', { headers: { Range: `bytes=${at * 1000}-${at * 1000 + 9}` } })
      ).arrayBuffer();
    }
    expect(gets()).toBe(before);
  });

  test('is told in fs/get when that is asked for, and not without', async () => {
    const asked = await world.call('/fs/get', { path: `/plain${FILM}`, variants: true });
    expect((asked.data as unknown as { variants: Variant[] }).variants.map(({ id }) => id)).toHaveLength(2);
    const plain = await world.call('/fs/get', { path: `/plain${FILM}` });
    expect(plain.data).not.toHaveProperty('variants');
    const document = await world.call('/fs/get', { path: '/plain/Documents/guide.pdf', variants: true });
    expect(document.data).toMatchObject({ variants: null });
  });

  test('a variant that is not offered is not found, and needs the sign that its file needs', async () => {
    const [original, copy] = await variantsOf(`/plain${FILM}`);
    expect((await fetch(`${original?.url}&variant=media-4320`)).status).toBe(404);
    const unsigned = new URL(copy?.url ?? '');
    unsigned.searchParams.delete('sign');
    expect((await fetch(unsigned)).status).toBe(401);
    const other = await world.call('/fs/other', { path: '/plain/Documents/guide.pdf', method: 'variants' });
    expect(other).toMatchObject({ code: 500, message: 'not implement' });
    const unknown = await world.call('/fs/other', { path: `/plain${FILM}`, method: 'thaw' });
    expect(unknown).toMatchObject({ code: 500, message: 'not implement' });
  });
});
