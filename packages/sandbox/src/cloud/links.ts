import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Blob, DownloadDecision } from '../types.ts';
import type { StoredBlob } from './drive/node.ts';
import { sameSecret } from './secret-compare.ts';

/** Which CDN host label a link gets: `a10b` for downloads, `z01a` for playing (protocol reference §3.3, field observation). */
export type CdnPool = 'a10b' | 'z01a';

/** What a link is asked for. */
export interface LinkWish {
  readonly content: StoredBlob;
  readonly fileId: string;
  readonly root: string;
  readonly pool: CdnPool;
}

/** A URL and when it ends, in milliseconds. */
export interface IssuedLink {
  readonly url: string;
  readonly expiresAt: number;
}

interface LinksOptions {
  readonly now: () => number;
  readonly lifeMs: number;
  /** Whether links of a drive work only from the address that asked for them (rule C3). */
  readonly bind: boolean;
  /** Replaces scheme and host of every link. */
  readonly base?: string;
  /** Part (0–1) after which every original read through a share is cut. */
  readonly sharedCut?: number;
}

const DOWNLOAD_PATH = /^\/download\/?$/;
const CDN_NODES = 10_000;
const MAX_REVOKED = 10_000;

/**
 * Makes and checks download URLs. A link needs no memory but the bytes it names: it outlives trashing and deletion of its file
 * (§3.4, field observation).
 */
export class Links {
  readonly #options: LinksOptions;
  readonly #key = randomBytes(32);
  readonly #blobs = new Map<string, { readonly blob: Blob; readonly sharedCut?: number }>();

  readonly #revoked = new Set<string>();

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  /** Makes bytes known to the CDN. `sharedCut`: part (0–1) after which an original read through a share is cut. */
  publish(content: StoredBlob, sharedCut?: number): void {
    const cut = sharedCut === undefined ? {} : { sharedCut };
    this.#blobs.set(content.fid, { blob: content.blob, ...cut });
  }

  /** Makes the links of a file useless, also those that were issued (rule F17). Remembers the last 10 000 files. */
  revoke(fileId: string): void {
    this.#revoked.add(fileId);
    const [oldest] = this.#revoked;
    if (this.#revoked.size > MAX_REVOKED && oldest !== undefined) this.#revoked.delete(oldest);
  }

  /** A link of an account's own drive, bound to the caller's address (§3.5). */
  personal(wish: LinkWish, userId: string, address: string): IssuedLink {
    const { content } = wish;
    return this.#issue(wish, this.#options.bind ? plainAddress(address) : '', (expire) => ({
      fid: content.fid,
      from: '5',
      verno: '3',
      prod: 'pikpak',
      expire,
      g: content.gcid,
      ui: userId,
      t: '0',
      ms: '0',
      th: '0',
      f: String(content.blob.size),
      alt: '0',
      us: '0',
      hspu: '',
      po: '0',
      fileid: wish.fileId,
      userid: userId,
      pr: 'XPTEST',
    }));
  }

  /** A link read through a share, bound to nobody (field observation); members as in §9.11. */
  shared(wish: LinkWish, original: boolean): IssuedLink {
    const { content } = wish;
    return this.#issue(wish, '', (expire) => ({
      fid: content.fid,
      ...(original ? { category: 'original' } : {}),
      expire,
      g: content.gcid,
      f: String(content.blob.size),
      fileid: wish.fileId,
      userid: '',
    }));
  }

  /** Rules C1–C3: what the CDN must answer. */
  check(path: string, query: URLSearchParams, address: string): DownloadDecision {
    const shared = !query.has('ui');
    const bound = shared || !this.#options.bind ? '' : plainAddress(address);
    const signature = query.get('sign') ?? '';
    if (!DOWNLOAD_PATH.test(path)) return { ok: false, status: 404 };
    if (!sameSecret(this.#sign(query, bound), signature)) return { ok: false, status: 403 };
    if (this.#options.now() >= Number(query.get('expire')) * 1000) return { ok: false, status: 403 };
    const found = this.#blobs.get(query.get('fid') ?? '');
    if (found === undefined || this.#revoked.has(query.get('fileid') ?? ''))
      return { ok: false, status: 404 };
    const owner = shared ? `share:${query.get('fileid')}` : `account:${query.get('userid')}`;
    const part = this.#options.sharedCut ?? found.sharedCut;
    const isCut = shared && query.get('category') === 'original' && part !== undefined;
    const cut = isCut ? { cutAt: Math.floor(found.blob.size * part) } : {};
    return { ok: true, blob: found.blob, owner, ...cut };
  }

  #issue(wish: LinkWish, bound: string, members: (expire: string) => Record<string, string>): IssuedLink {
    const expire = Math.floor((this.#options.now() + this.#options.lifeMs) / 1000);
    const query = new URLSearchParams(members(String(expire)));
    query.set('sign', this.#sign(query, bound));
    const base = this.#options.base ?? `https://dl-${wish.pool}-${cdnNode(wish.content.fid)}.${wish.root}`;
    return { url: `${base}/download/?${query.toString()}`, expiresAt: expire * 1000 };
  }

  /** 32 upper-case hex characters over path and query without itself, not over the host (rule C1). The address goes in unseen. */
  #sign(query: URLSearchParams, bound: string): string {
    const covered = new URLSearchParams([...query].filter(([name]) => name !== 'sign')).toString();
    const mac = createHmac('sha256', this.#key).update(`/download/?${covered}\0${bound}`).digest('hex');
    return mac.slice(0, 32).toUpperCase();
  }
}

/** An IPv4 address is the same whether the socket spelled it as IPv6 or not. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:/i, '');
}

function cdnNode(fid: string): string {
  const number = createHash('sha256').update(fid).digest().readUInt16BE(0) % CDN_NODES;
  return String(number).padStart(4, '0');
}
