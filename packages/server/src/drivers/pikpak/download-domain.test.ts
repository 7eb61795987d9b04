import { describe, expect, test } from 'bun:test';
import { downloadDomainOf, isDomain, onDomain } from './download-domain.ts';

const linkTo = (url: string) => ({ url, headers: {}, boundTo: 'egress', variant: 'original' }) as const;

describe('a link on another domain', () => {
  test.each([
    [
      'https://dl-a10b.mypikpak.com/download/f?x=1',
      'mypikpak.net',
      'https://dl-a10b.mypikpak.net/download/f?x=1',
    ],
    ['https://mypikpak.com/f', 'pikpak.me', 'https://pikpak.me/f'],
    [
      'https://dl-z01a-0001.pikpak.me/d/?u=mypikpak.com',
      'files.example.org',
      'https://dl-z01a-0001.files.example.org/d/?u=mypikpak.com',
    ],
    ['https://dl.mypikpak.net:8443/f', 'pikpak.me', 'https://dl.pikpak.me:8443/f'],
    ['https://cdn.example.org/mypikpak.com/f', 'mypikpak.net', 'https://cdn.example.org/mypikpak.com/f'],
    ['https://notmypikpak.com/f', 'mypikpak.net', 'https://notmypikpak.com/f'],
    ['http://127.0.0.1:8080/download/?a=b', 'mypikpak.net', 'http://127.0.0.1:8080/download/?a=b'],
    ['https://dl.mypikpak.com/f?q=%7e%2F a', '', 'https://dl.mypikpak.com/f?q=%7e%2F a'],
  ])('%s, made to lead to "%s"', (url, domain, expected) => {
    expect(onDomain(linkTo(url), domain).url).toBe(expected);
  });

  test('keeps path and query to the letter: they are signed', () => {
    const url = 'https://dl.mypikpak.com/download/?fid=a%2fb==&sign=%7E~&n=it%27s+me';
    expect(onDomain(linkTo(url), 'mypikpak.net').url).toBe(url.replace('.com', '.net'));
  });
});

test('a domain of one’s own goes before a chosen one, and “original” leaves links alone', () => {
  expect([
    downloadDomainOf('original', ''),
    downloadDomainOf('pikpak.me', ' '),
    downloadDomainOf('pikpak.me', ' Files.Example.org '),
    downloadDomainOf('pikpak.me', 'original'),
  ]).toEqual(['', 'pikpak.me', 'files.example.org', '']);
});

test.each([
  'a.example/path',
  'user@example.org',
  'example.org:80',
  'a b',
  '-a.example',
  'a..b',
  'ex?ample',
  '',
])('"%s" is no name of a host', (text) => {
  expect(isDomain(text)).toBeFalse();
});
