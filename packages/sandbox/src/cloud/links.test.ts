import { describe, expect, test } from 'bun:test';
import { textBlob } from './blobs.ts';
import { Links } from './links.ts';

const CONTENT = { blob: textBlob('hello'), gcid: '6B4F89A54E2D27ECD7E8DA05B4AB8FD9D1D8B119', fid: 'FID' };
const WISH = { content: CONTENT, fileId: 'VNfile', root: 'mypikpak.com', pool: 'a10b' } as const;
const HOME = '203.0.113.9';

function makeLinks(bind = true) {
  let time = 1_700_000_000_000;
  const links = new Links({ now: () => time, lifeMs: 60_000, bind });
  links.publish(CONTENT, 0.45);
  return { links, advance: (ms: number) => (time += ms) };
}

function checkUrl(links: Links, url: string, address = HOME) {
  const { pathname, searchParams } = new URL(url);
  return links.check(pathname, searchParams, address);
}

describe('a download link', () => {
  test('leads to its bytes until it expires', () => {
    const { links, advance } = makeLinks();
    const { url } = links.personal(WISH, 'Yuser', HOME);
    expect(checkUrl(links, url)).toEqual({ ok: true, blob: CONTENT.blob, owner: 'account:Yuser' });
    advance(59_999);
    expect(checkUrl(links, url).ok).toBe(true);
    advance(1);
    expect(checkUrl(links, url)).toEqual({ ok: false, status: 403 });
  });

  test('works on any host, and not with any member of its query changed, added or left out', () => {
    const { links } = makeLinks();
    const { url } = links.personal(WISH, 'Yuser', HOME);
    expect(checkUrl(links, url.replace('mypikpak.com', 'pikpak.me')).ok).toBe(true);
    const names = [...new URL(url).searchParams.keys()];
    for (const name of names) {
      const changed = new URL(url);
      changed.searchParams.set(name, `${changed.searchParams.get(name)}1`);
      expect(checkUrl(links, changed.href)).toEqual({ ok: false, status: 403 });
      const without = new URL(url);
      without.searchParams.delete(name);
      expect(checkUrl(links, without.href)).toEqual({ ok: false, status: 403 });
    }
    expect(checkUrl(links, `${url}&more=1`)).toEqual({ ok: false, status: 403 });
  });

  test('is 404 on another path', () => {
    const { links } = makeLinks();
    const { url } = links.personal(WISH, 'Yuser', HOME);
    expect(checkUrl(links, url.replace('/download/', '/upload/'))).toEqual({ ok: false, status: 404 });
  });

  test('of a drive belongs to its address, an IPv4 one however the socket spells it', () => {
    const { links } = makeLinks();
    const { url } = links.personal(WISH, 'Yuser', `::ffff:${HOME}`);
    expect(checkUrl(links, url, HOME).ok).toBe(true);
    expect(checkUrl(links, url, '198.51.100.7')).toEqual({ ok: false, status: 403 });
  });

  test('of a drive belongs to nobody when the rule is off', () => {
    const { links } = makeLinks(false);
    const { url } = links.personal(WISH, 'Yuser', HOME);
    expect(checkUrl(links, url, '198.51.100.7').ok).toBe(true);
  });

  test('does not become unbound by taking the account out of it', () => {
    const { links } = makeLinks();
    const url = new URL(links.personal(WISH, 'Yuser', HOME).url);
    url.searchParams.delete('ui');
    expect(checkUrl(links, url.href, '198.51.100.7')).toEqual({ ok: false, status: 403 });
  });

  test('of a share is cut only when it leads to the original', () => {
    const { links } = makeLinks();
    expect(checkUrl(links, links.shared(WISH, true).url)).toMatchObject({ ok: true, cutAt: 2 });
    expect(checkUrl(links, links.shared(WISH, false).url)).not.toHaveProperty('cutAt');
    expect(checkUrl(links, links.personal(WISH, 'Yuser', HOME).url)).not.toHaveProperty('cutAt');
  });

  test('of another sandbox is refused', () => {
    const { url } = makeLinks().links.personal(WISH, 'Yuser', HOME);
    expect(checkUrl(makeLinks().links, url)).toEqual({ ok: false, status: 403 });
  });
});
