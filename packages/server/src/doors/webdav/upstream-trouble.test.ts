import { afterEach, describe, expect, test } from 'bun:test';
import { StorageError } from '../../core/errors.ts';
import { fakeDriver, fakeMount, file, files } from '../../vfs/testing/fake-storage.ts';
import { type DavDoors, startDav } from './testing/dav-doors.ts';

let doors: DavDoors;
afterEach(() => doors.close());

const DEPTH_1 = { Depth: '1' };

describe('trouble of the storage', () => {
  test.each([
    ['unavailable', 502],
    ['rate_limited', 503],
    ['needs_verification', 502],
    ['timeout', 504],
  ] as const)(
    '%p is never "missing", which sync clients take for deleted (AList answers 404)',
    async (code, status) => {
      const error = new StorageError(code, 'the cloud is down', { retry: 'later', retryAfterMs: 5000 });
      const driver = fakeDriver({ root: [file('a')] });
      driver.failures.push(error);
      doors = await startDav({ '/m': fakeMount('/m', driver) });
      const { status: told, headers } = await doors.call('PROPFIND', '/dav/m/', { headers: DEPTH_1 });
      expect(told).toBe(status);
      expect(headers.get('retry-after')).toBe('5');
    },
  );

  test('in the middle of a folder cuts the connection: half a listing must not look whole', async () => {
    const driver = fakeDriver({ root: files(2000) }, { pageSize: 500 });
    const { list } = driver;
    const broken = {
      ...driver,
      list: (async (args, ctx) => {
        if (args.cursor === '1500') throw new StorageError('unavailable', 'the cloud went away');
        return list(args, ctx);
      }) as typeof list,
    };
    doors = await startDav({ '/m': fakeMount('/m', broken) });
    const cut = doors.call('PROPFIND', '/dav/m/', { headers: DEPTH_1 }).catch((error: unknown) => error);
    expect(await cut).toBeInstanceOf(Error);
  });
});
