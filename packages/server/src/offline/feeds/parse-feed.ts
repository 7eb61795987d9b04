import { SaxesParser, type SaxesTagNS } from 'saxes';
import { StorageError } from '../../core/errors.ts';

/** One entry of a feed. */
export interface FeedItem {
  /** What the feed knows it by; its first link where it says nothing. */
  readonly id: string;
  readonly title: string;
  /** What it leads to, the best first: a magnet, then what is enclosed, then its page. */
  readonly link: string;
  /** Bytes, where the feed tells; 0 otherwise. */
  readonly size: number;
}

const MAX_DEPTH = 32;
const MAX_ITEMS = 1000;
const MAX_ATTRIBUTES = 64;
/** Of one text; the rest is passed over. Descriptions may hold whole pages. */
const MAX_CHARS = 8000;

const LINK = /^(?:magnet:|https?:\/\/|ed2k:\/\/)/i;
const INFO_HASH = /^(?:[0-9a-f]{40}|[a-z2-7]{32})$/i;

/** What is found of an item while it is read. */
interface Draft {
  id: string;
  title: string;
  magnet: string;
  enclosure: string;
  page: string;
  size: number;
}

/**
 * Reads RSS 2.0 and Atom, with what trackers add: `enclosure`, `torrent:magnetURI`, `infoHash`, `torznab:attr`. Items without a link are left
 * out, as is what comes behind the thousandth. A document type is refused, whatever it says: entity bombs hang on it.
 * @throws StorageError `protocol` for what is no feed, with the line
 */
export function parseFeed(text: string): readonly FeedItem[] {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const reader = new FeedReader();
  const refuse = (what: string): never => {
    throw noFeed(`${what} (line ${parser.line})`);
  };
  parser.on('error', () => refuse('it is not well-formed XML'));
  parser.on('doctype', () => refuse('it has a document type'));
  parser.on('opentag', (tag) => {
    if (!reader.open(tag)) refuse('it is nested too deeply');
  });
  parser.on('closetag', () => reader.close());
  parser.on('text', (chars) => reader.text(chars));
  parser.on('cdata', (chars) => reader.text(chars));
  parser.write(text).close();
  if (!reader.isFeed) throw noFeed('it is neither RSS nor Atom');
  return reader.items;
}

class FeedReader {
  readonly items: FeedItem[] = [];
  isFeed = false;
  readonly #path: string[] = [];
  #draft: Draft | undefined;
  #text = '';

  /** @returns false where it is nested too deeply */
  open(tag: SaxesTagNS): boolean {
    const name = tag.local.toLowerCase();
    if (this.#path.length === 0) this.isFeed = ['rss', 'feed', 'rdf'].includes(name);
    this.#path.push(name);
    this.#text = '';
    const attributes = Object.values(tag.attributes);
    if (this.#path.length > MAX_DEPTH || attributes.length > MAX_ATTRIBUTES) return false;
    if (name === 'item' || name === 'entry') {
      this.#draft = { id: '', title: '', magnet: '', enclosure: '', page: '', size: 0 };
    } else if (this.#draft !== undefined) {
      readAttributes(
        this.#draft,
        name,
        new Map(attributes.map(({ local, value }) => [local.toLowerCase(), value])),
      );
    }
    return true;
  }

  text(chars: string): void {
    if (this.#draft !== undefined && this.#text.length < MAX_CHARS) this.#text += chars;
  }

  close(): void {
    const name = this.#path.pop() ?? '';
    const draft = this.#draft;
    if (draft === undefined) return;
    if (name === 'item' || name === 'entry') {
      this.#draft = undefined;
      this.#keep(draft);
    } else readText(draft, name, this.#text.trim().slice(0, MAX_CHARS));
    this.#text = '';
  }

  #keep({ id, title, magnet, enclosure, page, size }: Draft): void {
    const link = [magnet, enclosure, page].find((one) => LINK.test(one));
    if (link === undefined || this.items.length >= MAX_ITEMS) return;
    this.items.push({ id: id === '' ? link : id, title, link, size });
  }
}

function readAttributes(draft: Draft, name: string, at: ReadonlyMap<string, string>): void {
  const get = (key: string): string => (at.get(key) ?? '').trim();
  if (name === 'enclosure' || (name === 'link' && get('rel') === 'enclosure')) {
    takeLink(draft, name === 'enclosure' ? get('url') : get('href'));
    draft.size = sizeOf(get('length')) || draft.size;
  } else if (name === 'link' && ['', 'alternate'].includes(get('rel'))) {
    draft.page ||= get('href');
  } else if (name === 'attr') {
    if (get('name') === 'magneturl') takeLink(draft, get('value'));
    if (get('name') === 'infohash') takeHash(draft, get('value'));
    if (get('name') === 'size') draft.size = sizeOf(get('value')) || draft.size;
  }
}

function readText(draft: Draft, name: string, text: string): void {
  if (text === '') return;
  switch (name) {
    case 'title':
      draft.title ||= text;
      break;
    case 'guid':
    case 'id':
      draft.id ||= text;
      break;
    case 'link':
      if (text.startsWith('magnet:')) draft.magnet = text;
      else draft.page ||= text;
      break;
    case 'magneturi':
      takeLink(draft, text);
      break;
    case 'infohash':
      takeHash(draft, text);
      break;
    case 'contentlength':
      draft.size ||= sizeOf(text);
      break;
  }
}

function takeLink(draft: Draft, link: string): void {
  if (link.toLowerCase().startsWith('magnet:')) draft.magnet = link;
  else draft.enclosure ||= link;
}

/** A magnet that the feed gives goes before one that is made of a hash alone: it names trackers. */
function takeHash(draft: Draft, hash: string): void {
  if (INFO_HASH.test(hash)) draft.magnet ||= `magnet:?xt=urn:btih:${hash}`;
}

function sizeOf(text: string): number {
  const size = Number(text);
  return Number.isSafeInteger(size) && size > 0 ? size : 0;
}

function noFeed(why: string): StorageError {
  return new StorageError('protocol', `This is no feed: ${why}.`, {
    detail: { remedy: 'Give the address of an RSS or Atom feed, not of the page that links to it.' },
  });
}
