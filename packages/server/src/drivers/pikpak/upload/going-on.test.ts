import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { Driver, UploadJournal, UploadSource } from '../../../core/driver.ts';
import type { Entry } from '../../../core/entry.ts';
import { StorageError } from '../../../core/errors.ts';
import { ctx, startWorld, type World } from '../testing/sandbox-world.ts';
import { GcidHash } from './gcid.ts';

const MIB = 1024 * 1024;
const NAME = 'long.bin';
/** Six parts of 5 MiB, the last one smaller. */
const BYTES = Uint8Array.from({ length: 26 * MIB + 5 }, (_, index) => (index * 31 + (index >> 10)) % 256);

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

/** What is on disk of an upload, whichever process writes it. */
interface Saved {
  state: unknown;
}

function journalOver(saved: Saved, suspended: AbortSignal, triesAgain = false): UploadJournal {
  return {
    id: 'a',
    suspended,
    triesAgain,
    begin: async () => {},
    load: async () => structuredClone(saved.state),
    save: async (state) => {
      saved.state = structuredClone(state);
    },
  };
}

/** @param onPart told of each part that is read, by where it starts; may stop it */
function sourceOf(
  journal: UploadJournal,
  onPart: (start: number) => Promise<void> = async () => {},
): UploadSource {
  return {
    size: BYTES.length,
    journal,
    open: (start, end) =>
      new ReadableStream({
        async pull(controller) {
          await onPart(start);
          controller.enqueue(BYTES.slice(start, end));
          controller.close();
        },
      }),
    hash: async () => {
      const hash = new GcidHash(BYTES.length);
      hash.update(BYTES);
      return hash.digest();
    },
  };
}

function run(driver: Driver, source: UploadSource): Promise<Entry> {
  const call = driver.upload?.({ dir: driver.root, name: NAME, source }, ctx());
  return call ?? Promise.reject(new Error('the driver takes no uploads'));
}

function puts(): number {
  return storeCalls('PUT');
}

function storeCalls(method: string): number {
  const { requests } = world.sandbox.stats();
  return Object.entries(requests)
    .filter(([row]) => row.startsWith(`${method} /upload_tmp/`))
    .reduce((sum, [, count]) => sum + count, 0);
}

async function namesIn(driver: Driver): Promise<string[]> {
  return (await driver.list({ dir: driver.root }, ctx())).entries.map(({ name }) => name);
}

/**
 * An upload that gets stuck, in a process that is heard of no more. Four parts are sent at once: two have arrived when the sixth is begun,
 * and a third may.
 */
async function killedInTheMiddle(saved: Saved): Promise<void> {
  const { promise: half, resolve: reached } = Promise.withResolvers<void>();
  const never = new Promise<void>(() => {});
  let begun = 0;
  const source = sourceOf(journalOver(saved, new AbortController().signal), async () => {
    begun += 1;
    if (begun === 6) reached();
    if (begun > 3) await never;
  });
  void run(world.restart().open(), source).catch(() => {}); // nobody is there to hear of it
  await half;
}

describe('an upload whose process was killed', () => {
  test('goes on from the last part with the saved credentials', async () => {
    const saved: Saved = { state: undefined };
    await killedInTheMiddle(saved);
    const driver = world.restart().open();
    const read: number[] = [];
    const source = sourceOf(journalOver(saved, new AbortController().signal), async (start) => {
      read.push(start);
    });
    expect(await run(driver, source)).toMatchObject({ name: NAME, size: BYTES.length });
    expect(storeCalls('POST')).toBe(2); // one begin and one end of parts: it is the same upload
    expect(storeCalls('GET')).toBe(1);
    expect(await namesIn(driver)).toContain(NAME);
    expect(world.sandbox.stats().requests['POST /drive/v1/files']).toBe(1);
  });

  test('asks for the parts once more when the store stumbles', async () => {
    const saved: Saved = { state: undefined };
    await killedInTheMiddle(saved);
    world.sandbox.faults.add({
      kind: 'store_error',
      status: 503,
      code: 'ServiceUnavailable',
      match: { method: 'GET', path: '*uploadId=*' },
      times: 1,
    });
    const driver = world.restart().open();
    expect(await run(driver, sourceOf(journalOver(saved, new AbortController().signal)))).toMatchObject({
      size: BYTES.length,
    });
  });

  test('is announced anew when its credentials are over', async () => {
    const saved: Saved = { state: undefined };
    await killedInTheMiddle(saved);
    world.advance(13 * 3_600_000);
    const driver = world.restart().open();
    const entry = await run(driver, sourceOf(journalOver(saved, new AbortController().signal)));
    expect(entry).toMatchObject({ name: NAME, size: BYTES.length });
    expect(world.sandbox.stats().requests['POST /drive/v1/files']).toBe(2);
    expect((await namesIn(driver)).filter((name) => name.startsWith('long'))).toEqual([NAME]);
  });

  test('is announced anew when the cloud has dropped it, or its state can’t be read', async () => {
    for (const spoil of ['gone', 'unreadable'] as const) {
      await world.close();
      world = await startWorld();
      const saved: Saved = { state: undefined };
      await killedInTheMiddle(saved);
      if (spoil === 'unreadable') saved.state = { version: 99 };
      else Object.assign(saved.state as object, { fileId: 'VNgone0000000000000000000001' });
      const driver = world.restart().open();
      const entry = await run(driver, sourceOf(journalOver(saved, new AbortController().signal)));
      expect(entry).toMatchObject({ name: NAME, size: BYTES.length });
      await driver.remove?.({ ids: [entry.id], mode: 'purge' }, ctx());
    }
  });

  test('that was complete but for the answer is found', async () => {
    const saved: Saved = { state: undefined };
    let last: unknown;
    const journal = journalOver(saved, new AbortController().signal);
    const first = world.restart().open();
    const entry = await run(
      first,
      sourceOf({
        ...journal,
        save: async (state) => {
          last = structuredClone(state);
          await journal.save(state);
        },
      }),
    );
    const before = puts();
    const again = await run(
      world.restart().open(),
      sourceOf(journalOver({ state: last }, new AbortController().signal)),
    );
    expect([again.id, puts()]).toEqual([entry.id, before]);
  });
});

describe('an upload in a gateway that stops', () => {
  test('stays where it is, and goes on in the next', async () => {
    const saved: Saved = { state: undefined };
    const stop = new AbortController();
    let begun = 0;
    const source = sourceOf(journalOver(saved, stop.signal), async () => {
      begun += 1;
      if (begun === 6) stop.abort(); // four are sent at once: two have arrived when the sixth is begun
      if (begun > 3) await new Promise(() => {});
    });
    const first = world.restart().open();
    const failure = await run(first, source).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StorageError);
    expect(failure).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('goes on') as unknown,
    });
    await first.close();
    const driver = world.restart().open();
    const entry = await run(driver, sourceOf(journalOver(saved, new AbortController().signal)));
    expect(entry).toMatchObject({ name: NAME, size: BYTES.length });
    expect(storeCalls('POST')).toBe(2); // one begin and one end of parts: it is the same upload
    expect(storeCalls('DELETE')).toBe(0);
    expect(world.sandbox.stats().requests['POST /drive/v1/files']).toBe(1);
  });
});

describe('an upload that is tried again', () => {
  const alive = new AbortController().signal;

  test('keeps its parts when it fails for what may pass', async () => {
    const saved: Saved = { state: undefined };
    const trouble = { kind: 'store_error', status: 503, code: 'ServiceUnavailable' } as const;
    world.sandbox.faults.add({ ...trouble, match: { method: 'PUT', path: '*partNumber=6&*' }, times: 4 });
    const driver = world.open();
    const failure = await run(driver, sourceOf(journalOver(saved, alive, true))).catch((e: unknown) => e);
    expect(failure).toMatchObject({ code: 'unavailable', retry: 'later' });
    const read: number[] = [];
    const again = sourceOf(journalOver(saved, alive, true), async (start) => void read.push(start));
    const before = puts();
    expect(await run(driver, again)).toMatchObject({ name: NAME, size: BYTES.length });
    expect(puts() - before).toBeLessThan(6);
    expect([storeCalls('POST'), storeCalls('DELETE')]).toEqual([2, 0]);
    expect(world.sandbox.stats().requests['POST /drive/v1/files']).toBe(1);
  });

  test('leaves nothing when it fails for good, or when nobody tries again', async () => {
    for (const [code, triesAgain] of [
      ['InvalidArgument', true],
      ['ServiceUnavailable', false],
    ] as const) {
      const saved: Saved = { state: undefined };
      const status = code === 'InvalidArgument' ? 400 : 503;
      world.sandbox.faults.add({
        kind: 'store_error',
        status,
        code,
        match: { method: 'PUT' },
        times: Infinity,
      });
      const driver = world.open();
      const source = sourceOf(journalOver(saved, alive, triesAgain));
      expect(await run(driver, source).catch((e: unknown) => e)).toBeInstanceOf(StorageError);
      expect(saved.state).toBeNull();
      world.sandbox.faults.clear();
    }
    expect(await run(world.open(), sourceOf(journalOver({ state: undefined }, alive)))).toMatchObject({
      name: NAME,
    });
  });
});

describe('what is left of an upload', () => {
  const alive = new AbortController().signal;
  const left = (driver: Driver, saved: Saved, drop: boolean) =>
    driver.leftUpload?.({ source: sourceOf(journalOver(saved, alive)), drop }, ctx());

  test('is taken back when it is given up, and holds the name no more', async () => {
    const saved: Saved = { state: undefined };
    await killedInTheMiddle(saved);
    const driver = world.restart().open();
    expect(await left(driver, saved, false)).toEqual({});
    expect(saved.state).not.toBeNull();
    expect(await left(driver, saved, true)).toEqual({});
    expect(saved.state).toBeNull();
    expect(await driver.mkdir?.({ dir: driver.root, name: NAME }, ctx())).toMatchObject({ name: NAME });
  });

  test('is its file where that is whole, and that stays', async () => {
    const saved: Saved = { state: undefined };
    const driver = world.open();
    const entry = await run(driver, sourceOf(journalOver(saved, alive)));
    expect(await left(driver, saved, true)).toMatchObject({ file: { id: entry.id } });
    expect(await namesIn(driver)).toContain(NAME);
  });

  test('gives way to the same bytes under another name', async () => {
    const saved: Saved = { state: undefined };
    await killedInTheMiddle(saved);
    const driver = world.restart().open();
    const source = sourceOf(journalOver(saved, alive));
    expect(await driver.upload?.({ dir: driver.root, name: 'other.bin', source }, ctx())).toMatchObject({
      name: 'other.bin',
    });
    expect(await driver.mkdir?.({ dir: driver.root, name: NAME }, ctx())).toMatchObject({ name: NAME });
  });
});
