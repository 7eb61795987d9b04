import { describe, expect, test } from 'bun:test';
import { readDetails, readEntry, readFolderPage } from './entries.ts';
import { absoluteUrl, downloadUrl, gatewayUrl, saveUrl } from './file-links.ts';

describe('records of the API', () => {
  test('a file is read with its time, kind and hashes', () => {
    const entry = readEntry({
      name: 'Film.mkv',
      size: 5,
      is_dir: false,
      type: 2,
      modified: '2026-01-02T03:04:05Z',
      created: '0001-01-01T00:00:00Z',
      sign: 's:0',
      hash_info: { gcid: 'AB', md5: '' },
      virtual_path: '/demo/Film.mkv',
    });
    expect(entry).toMatchObject({
      kind: 'video',
      size: 5,
      fullPath: '/demo/Film.mkv',
      hashes: [['gcid', 'AB']],
    });
    expect(entry.modified).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
    expect(entry.created).toBeUndefined();
    expect(entry.mount).toBeUndefined();
  });

  test('extensions that the API has no kind for are told by the name', () => {
    expect(readEntry({ name: 'a.PDF', type: 0 }).kind).toBe('document');
    expect(readEntry({ name: 'a.srt', type: 4 }).kind).toBe('subtitle');
    expect(readEntry({ name: 'a.mp4', is_dir: true, type: 1 }).kind).toBe('folder');
    expect(readEntry({ name: 'a.xyz', type: 0 }).kind).toBe('other');
  });

  test('a storage tells how it is doing; a state from the future counts as idle', () => {
    const degraded = readEntry({ name: 'x', mount: { state: 'degraded', reason: 'r', retry_at: null } });
    expect(degraded.mount).toMatchObject({ state: 'degraded', reason: 'r', retryAt: undefined });
    expect(readEntry({ name: 'x', mount: { state: 'sleepy' } }).mount?.state).toBe('idle');
  });

  test('an empty folder has null content', () => {
    expect(readFolderPage({ content: null, has_more: false }).entries).toEqual([]);
  });

  test.each([[null], ['text'], [[1]], [{ content: [null, 3] }], [{ related: 'x', delivery: 1 }]])(
    '%p is read without a fault',
    (value) => {
      expect(() => [readFolderPage(value), readDetails(value)]).not.toThrow();
    },
  );
});

describe('addresses of files', () => {
  const file = { fullPath: '/demo/100% #1?.txt', sign: 'abc=:0' };

  test('each segment is escaped and the sign goes along', () => {
    expect(downloadUrl(file)).toBe('/d/demo/100%25%20%231%3F.txt?sign=abc=:0');
    expect(saveUrl(file)).toBe('/p/demo/100%25%20%231%3F.txt?sign=abc=:0');
    expect(gatewayUrl(file)).toBe('/p/demo/100%25%20%231%3F.txt?type=preview&sign=abc=:0');
    expect(downloadUrl({ ...file, sign: '' })).toBe('/d/demo/100%25%20%231%3F.txt');
  });

  test('for others the address begins with this host', () => {
    expect(absoluteUrl('/d/a%20b', 'https://nas.lan:5244')).toBe('https://nas.lan:5244/d/a%20b');
  });
});
