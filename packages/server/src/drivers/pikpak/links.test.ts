import { describe, expect, test } from 'bun:test';
import { StorageError } from '../../core/errors.ts';
import { type LinkWish, linkOf } from './links.ts';
import { readFile } from './wire.ts';

const NOW = Date.UTC(2026, 0, 1);
const EXPIRE = NOW / 1000 + 86_400;
const WISH: LinkWish = { purpose: 'download', preferMedia: false, serverNow: NOW, toLocal: 0 };

function url(fid: string, more = `&expire=${EXPIRE}`): string {
  return `https://dl-a10b-0123.mypikpak.com/download/?fid=${fid}${more}`;
}

function media(fid: string, more: Record<string, unknown> = {}) {
  return { resolution_name: '720P', link: { url: url(fid) }, is_origin: false, ...more };
}

const OLD = { created_time: '2020-01-01T00:00:00.000+08:00' };

function link(json: Record<string, unknown>, wish: Partial<LinkWish> = {}) {
  const file = readFile({ kind: 'drive#file', id: 'VN1', name: 'a.mkv', size: '500', ...OLD, ...json });
  if (file === undefined) throw new Error('not a file');
  return linkOf(file, { ...WISH, ...wish });
}

function refusal(json: Record<string, unknown>, wish: Partial<LinkWish> = {}): StorageError {
  try {
    link(json, wish);
  } catch (error) {
    if (error instanceof StorageError) return error;
  }
  throw new Error('a link was given');
}

const content = (fid: string) => ({ links: { 'application/octet-stream': { url: url(fid) } } });

describe('the link of a file', () => {
  test('is the download link, bound to our address, with its size and its end', () => {
    expect(link({ ...content('A'), medias: [media('B', { is_default: true })] })).toEqual({
      url: url('A'),
      headers: {},
      expiresAt: EXPIRE * 1000,
      boundTo: 'egress',
      variant: 'original',
      size: 500,
    });
  });

  test('may come from web_content_link alone', () => {
    expect(link({ web_content_link: url('A'), links: {} }).url).toBe(url('A'));
  });

  test('may come from the original media where there is no other', () => {
    expect(link({ medias: [media('T'), media('O', { is_origin: true })] })).toMatchObject({
      url: url('O'),
      variant: 'original',
    });
  });

  test('ends when its URL says so, else when its field says so, else soon; on our clock', () => {
    const octets = (address: string, expire = '') => ({
      links: { 'application/octet-stream': { url: address, expire } },
    });
    expect(link(octets(url('A'), '2026-01-05T00:00:00.000Z'), { toLocal: -5000 }).expiresAt).toBe(
      EXPIRE * 1000 - 5000,
    );
    expect(link(octets(url('A', ''), '2026-01-05T00:00:00.000Z')).expiresAt).toBe(Date.UTC(2026, 0, 5));
    expect(link(octets(url('A', ''))).expiresAt).toBe(NOW + 300_000);
  });

  test('that is none is refused', () => {
    expect(refusal({ web_content_link: 'javascript:alert(1)' }).code).toBe('protocol');
    expect(refusal({ web_content_link: 'nonsense' }).code).toBe('protocol');
  });

  test('of a folder is not_a_file', () => {
    expect(refusal({ kind: 'drive#folder' }).code).toBe('not_a_file');
  });
});

describe('with media links preferred', () => {
  const prefer = { preferMedia: true, purpose: 'play' } as const;

  test('the media that leads to the same blob is the original', () => {
    const original = { link: { url: url('A', `&z=1&expire=${EXPIRE}`) }, is_origin: true };
    const json = { ...content('A'), medias: [media('T'), original] };
    for (const purpose of ['play', 'download'] as const) {
      expect(link(json, { preferMedia: true, purpose })).toMatchObject({
        url: original.link.url,
        variant: 'original',
        size: 500,
      });
    }
  });

  test('a transcode is named as one to a player, and is never the download', () => {
    const json = { ...content('A'), medias: [media('T')] };
    const played = link(json, prefer);
    expect(played).toMatchObject({ url: url('T'), variant: { rendition: '720P' } });
    expect(played.size).toBeUndefined();
    expect(link(json, { preferMedia: true, purpose: 'download' })).toMatchObject({
      url: url('A'),
      variant: 'original',
    });
  });

  test('a media that says original but leads to another blob is a transcode', () => {
    const json = { ...content('A'), medias: [media('T', { is_origin: true })] };
    expect(link(json, prefer).variant).toEqual({ rendition: '720P' });
  });

  test("PikPak's default goes before the first", () => {
    const json = {
      ...content('A'),
      medias: [media('T'), media('D', { is_default: true, resolution_name: '' })],
    };
    expect(link(json, prefer)).toMatchObject({ url: url('D'), variant: { rendition: 'transcode' } });
  });

  test('a file without media has its download link', () => {
    expect(link(content('A'), prefer)).toMatchObject({ url: url('A'), variant: 'original' });
  });
});

describe('without a link', () => {
  test('a blocked file says so', () => {
    const error = refusal({ audit: { status: 'STATUS_SENSITIVE_RESOURCE' } });
    expect([error.code, error.retry]).toEqual(['content_blocked', 'never']);
  });

  test('a new file comes later', () => {
    const error = refusal({ created_time: new Date(NOW - 30_000).toISOString() });
    expect([error.code, error.retry, error.retryAfterMs]).toEqual(['unavailable', 'later', 5000]);
  });

  test('an old file is blocked, by PikPak or by region', () => {
    const error = refusal({});
    expect([error.code, error.retry]).toEqual(['content_blocked', 'never']);
    expect(error.detail.remedy).toContain('proxy');
  });

  test('a transcode never stands in for the original that was asked for', () => {
    const json = { medias: [media('T')] };
    expect(refusal(json).code).toBe('unsupported');
    expect(refusal(json, { preferMedia: true, purpose: 'download' }).code).toBe('unsupported');
    expect(link(json, { preferMedia: true, purpose: 'play' }).variant).toEqual({ rendition: '720P' });
  });

  test('an empty file has nothing to fetch', () => {
    expect(refusal({ size: '0' }).code).toBe('unsupported');
  });
});
