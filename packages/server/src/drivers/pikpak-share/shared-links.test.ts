import { describe, expect, test } from 'bun:test';
import { StorageError } from '../../core/errors.ts';
import { type SharedLinkWish, sharedLinkOf } from './shared-links.ts';
import { readSharedFile } from './wire.ts';

const NOW = Date.UTC(2026, 0, 1);
const EXPIRE = NOW / 1000 + 86_400;
const WISH: SharedLinkWish = { purpose: 'download', preferTranscode: false, serverNow: NOW, toLocal: 0 };
const PLAY: Partial<SharedLinkWish> = { purpose: 'play', preferTranscode: true };

const url = (fid: string) => `https://dl-z01a-0045.mypikpak.com/download/?fid=${fid}&expire=${EXPIRE}`;
const original = { media_name: 'Original', is_origin: true, link: { url: url('O') } };
const copy = { resolution_name: '480P', is_origin: false, link: { url: url('T') } };
const OLD = { created_time: '2020-01-01T00:00:00.000+08:00' };

function link(json: Record<string, unknown>, wish: Partial<SharedLinkWish> = {}) {
  const file_info = { kind: 'drive#file', id: 'VN1', name: 'a.mkv', size: '1000', ...OLD, ...json };
  const shared = readSharedFile({ file_info });
  if (shared === undefined) throw new Error('not a file');
  return sharedLinkOf(shared, { ...WISH, ...wish });
}

function refusal(json: Record<string, unknown>, wish: Partial<SharedLinkWish> = {}): StorageError {
  try {
    link(json, wish);
  } catch (error) {
    if (error instanceof StorageError) return error;
  }
  throw new Error('a link was given');
}

describe('the link of a shared file', () => {
  test('is the original of a film, for anyone', () => {
    expect(link({ medias: [copy, original], web_content_link: '' })).toEqual({
      url: url('O'),
      headers: {},
      expiresAt: EXPIRE * 1000,
      boundTo: 'nobody',
      variant: 'original',
      size: 1000,
    });
  });

  test('is the download link where there is one', () => {
    expect(link({ web_content_link: url('A'), medias: [] }).url).toBe(url('A'));
  });

  test('is the copy for players when that is wanted, with its name and without the size of the original', () => {
    const played = link({ medias: [original, copy] }, PLAY);
    expect(played).toMatchObject({ url: url('T'), variant: { rendition: '480P' }, boundTo: 'nobody' });
    expect(played.size).toBeUndefined();
  });

  test('is the original for players where there is no copy', () => {
    expect(link({ web_content_link: url('A'), medias: [] }, PLAY).variant).toBe('original');
    expect(link({ medias: [original, { ...copy, link: null }] }, PLAY).variant).toBe('original');
  });

  test('is never a copy for a download, and says what to do', () => {
    const error = refusal({ medias: [copy] }, { preferTranscode: true });
    expect([error.code, error.detail.remedy]).toEqual([
      'unsupported',
      expect.stringContaining('Use transcoding address'),
    ]);
    expect(refusal({ medias: [copy] }).code).toBe('unsupported');
  });

  test('of a folder is not_a_file, whatever is preferred', () => {
    expect(refusal({ kind: 'drive#folder', medias: [copy] }, PLAY).code).toBe('not_a_file');
  });
});

describe('how much of the original comes', () => {
  const cut = (range: unknown) => ({ medias: [original, copy], params: { anonymous_play_range: range } });

  test.each([
    ['0.45', 450],
    ['0.40', 400],
    ['.5', 500],
    ['0.3339', 333],
  ])('a range of %p is %p bytes', (range, bytes) => {
    expect(link(cut(range))).toMatchObject({ size: 1000, playableBytes: bytes });
  });

  test.each(['1.00', '0.00', '', 'half', '-0.4', '4.5', 0.4, null])('%p says nothing of a cut', (range) => {
    expect(link(cut(range)).playableBytes).toBeUndefined();
  });

  test('is not said of a copy, which comes whole', () => {
    expect(link(cut('0.45'), PLAY).playableBytes).toBeUndefined();
  });
});

test('an answer without a file is none', () => {
  expect(readSharedFile({ file_info: null })).toBeUndefined();
  expect(readSharedFile({ file_info: { id: 'VN1' } })).toBeUndefined();
});
