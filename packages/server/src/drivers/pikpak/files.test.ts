import { describe, expect, test } from 'bun:test';
import { StorageError } from '../../core/errors.ts';
import { checkedId, entryOf } from './files.ts';
import { countOf, readFile, readFilePage, readQuota, readTokens, timeOf, type WireFile } from './wire.ts';

const GCID = 'B42B6A1D2F8C78E73EEF8A12010C3253E800F113';

function fileOf(json: Record<string, unknown>): WireFile {
  const file = readFile({ kind: 'drive#file', id: 'VN1', name: 'a.mkv', size: '5', ...json });
  if (file === undefined) throw new Error('not a file');
  return file;
}

describe('numbers and times on the wire', () => {
  test.each([
    ['1048576', 1_048_576],
    [7, 7],
    ['0', 0],
    ['', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['0x10', undefined],
    ['99999999999999999999', undefined],
    [null, undefined],
    [{}, undefined],
  ])('the count %p is %p', (given, wanted) => {
    expect(countOf(given)).toBe(wanted);
  });

  test('times carry their offset, and no time is none', () => {
    expect(timeOf('2024-03-08T21:15:42.310+08:00')).toBe(Date.UTC(2024, 2, 8, 13, 15, 42, 310));
    expect([timeOf(''), timeOf(null), timeOf('soon')]).toEqual([undefined, undefined, undefined]);
  });
});

describe('a file', () => {
  test('becomes an entry with all that PikPak tells', () => {
    const entry = entryOf(
      fileOf({
        created_time: '2024-03-08T21:15:42.310+08:00',
        modified_time: '2024-03-08T21:16:02.001+08:00',
        hash: GCID.toLowerCase(),
        md5_checksum: '',
        mime_type: 'video/x-matroska',
        thumbnail_link: 'https://sg-thumbnail-drive.mypikpak.com/x',
        unheard_of: { a: 1 },
      }),
    );
    expect(entry).toEqual({
      id: 'VN1',
      name: 'a.mkv',
      kind: 'file',
      size: 5,
      created: 1_709_903_742_310,
      modified: 1_709_903_762_001,
      hashes: { gcid: GCID },
      mimeType: 'video/x-matroska',
      thumbnail: 'https://sg-thumbnail-drive.mypikpak.com/x',
    });
  });

  test('that tells next to nothing is an entry all the same', () => {
    expect(entryOf(fileOf({ hash: 'nonsense', thumbnail_link: 'javascript:alert(1)' }))).toEqual({
      id: 'VN1',
      name: 'a.mkv',
      kind: 'file',
      size: 5,
    });
  });

  test('a folder has no size, type or hash', () => {
    const folder = { kind: 'drive#folder', size: '', hash: '', mime_type: '' };
    expect(entryOf(fileOf(folder))).toEqual({ id: 'VN1', name: 'a.mkv', kind: 'folder', size: 0 });
  });

  test.each([
    ['a/b', 'a／b'],
    ['..', '．．'],
    ['.', '．'],
    ['a\\b', 'a＼b'],
    ['...', '...'],
    ['nul\0', 'nul␀'],
    ['\ud800', '\ufffd'],
  ])('the name %p is shown as %p, which can stand in a path', (given, shown) => {
    expect(entryOf(fileOf({ name: given })).name).toBe(shown);
  });

  test.each([
    [{ trashed: true }, false],
    [{ phase: 'PHASE_TYPE_PENDING' }, false],
    [{ phase: 'PHASE_TYPE_COMPLETE' }, true],
    [{}, true],
  ])('%p: present is %p', (json, present) => {
    expect(fileOf(json).present).toBe(present);
  });

  test.each(['', '..', '../x', 'a/b', 'a:b', 'a?b', 'x'.repeat(129), '\0', '\ud800'])(
    'the id %p never gets into a URL',
    (id) => {
      expect(() => checkedId(id)).toThrow(StorageError);
    },
  );
});

describe('answers', () => {
  test('a page leaves out what cannot be read, and counts it', () => {
    const page = readFilePage({
      next_page_token: 't',
      files: [
        { kind: 'drive#file', id: 'a', name: 'n', size: 'many' },
        null,
        { kind: 'drive#folder', id: 'b', name: 'm' },
      ],
    });
    expect(page.files.map((file) => file.id)).toEqual(['b']);
    expect([page.unreadable, page.nextPageToken]).toEqual([1, 't']);
    expect(readFilePage({ files: null })).toEqual({ files: [], unreadable: 0, nextPageToken: '' });
  });

  test('tokens bring the user id along, or have it inside', () => {
    const payload = Buffer.from('{"sub":"YabcDEF123"}').toString('base64url');
    const json = { access_token: `h.${payload}.s`, refresh_token: 'os.1', expires_in: 60 };
    expect(readTokens(json)).toMatchObject({ userId: 'YabcDEF123', expiresInMs: 60_000 });
    expect(readTokens({ ...json, sub: 'other' })?.userId).toBe('other');
    expect(readTokens({ ...json, access_token: 'garbage' })?.userId).toBe('');
    expect(readTokens({ access_token: 'a' })).toBeUndefined();
  });

  test('a quota of 0 or without limit is no limit', () => {
    const quota = { limit: '10', usage: '4', usage_in_trash: '1' };
    expect(readQuota({ quota })).toEqual({ limit: 10, usage: 4, trashed: 1 });
    expect(readQuota({ quota: { ...quota, limit: '0' } }).limit).toBeUndefined();
    expect(readQuota({ quota: { ...quota, is_unlimited: true } }).limit).toBeUndefined();
    expect(readQuota({})).toEqual({ limit: undefined, usage: undefined, trashed: undefined });
  });
});
