/** What a link leads to, as far as it tells. `share` is a cloud's share, which is mounted and not downloaded. */
export type LinkKind = 'magnet' | 'ed2k' | 'x' | 'tiktok' | 'facebook' | 'telegram' | 'web' | 'share';

export interface Link {
  readonly kind: LinkKind;
  readonly url: string;
}

/** What was found in a text. */
export interface FoundLinks {
  readonly links: readonly Link[];
  /** Lines that hold no link. */
  readonly unusable: readonly string[];
}

/** Names in ed2k links may hold blanks; all others end at one. */
const LINK =
  /magnet:\?\S+|ed2k:\/\/\|file\|[^|\n]*\|\d+\|[\da-f]{32}\|\S*|https?:\/\/[^\s"'<>]+|(?:www\.)?mypikpak\.(?:com|net)\/s\/[^\s"'<>]+/gi;

const SOCIAL: readonly (readonly [LinkKind, RegExp])[] = [
  ['share', /(?:^|\.)mypikpak\.(?:com|net)$/],
  ['x', /(?:^|\.)(?:x|twitter)\.com$/],
  ['tiktok', /(?:^|\.)tiktok\.com$/],
  ['facebook', /(?:^|\.)(?:facebook\.com|fb\.watch)$/],
  ['telegram', /^(?:t\.me|telegram\.me)$/],
];

/** Finds the links of a text, each once, in their order. A torrent's info hash that stands alone on its line counts as its magnet. */
export function findLinks(text: string): FoundLinks {
  const links = new Map<string, Link>();
  const unusable: string[] = [];
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    const found = /^[\da-f]{40}$/i.test(line) ? [`magnet:?xt=urn:btih:${line}`] : (line.match(LINK) ?? []);
    if (found.length === 0) unusable.push(line);
    for (const url of found) links.set(url, { kind: kindOf(url), url });
  }
  return { links: [...links.values()], unusable };
}

/** Whether a text may hold a link at all; quick, for what is pasted anywhere. */
export function mayHoldLink(text: string): boolean {
  return /magnet:\?|ed2k:\/\/|https?:\/\/|mypikpak\.(?:com|net)\/s\/|^\s*[\da-f]{40}\s*$/i.test(text);
}

export function kindOf(url: string): LinkKind {
  if (/^magnet:/i.test(url)) return 'magnet';
  if (/^ed2k:/i.test(url)) return 'ed2k';
  const parsed = URL.parse(url.includes('://') ? url : `https://${url}`);
  if (parsed === null) return 'web';
  const kind = SOCIAL.find(([, host]) => host.test(parsed.hostname))?.[0];
  return kind === 'share' && !parsed.pathname.startsWith('/s/') ? 'web' : (kind ?? 'web');
}

/** What is fetched, as its link names it. */
export function linkName(url: string): string {
  const kind = kindOf(url);
  if (kind === 'magnet') {
    const query = new URLSearchParams(url.slice(url.indexOf('?')));
    return query.get('dn') || (/urn:btih:(\w+)/i.exec(url)?.[1] ?? url);
  }
  if (kind === 'ed2k') return decoded(url.split('|')[2] ?? '') || url;
  const parsed = URL.parse(url);
  if (parsed === null) return url;
  const last = decoded(parsed.pathname.split('/').findLast((part) => part !== '') ?? '');
  if (kind === 'web') return last || parsed.hostname;
  return `${parsed.hostname.replace(/^www\./, '')}${decoded(parsed.pathname)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray per cent sign
  }
}
