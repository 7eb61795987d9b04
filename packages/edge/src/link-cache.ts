import type { UpstreamLink } from './gateway.ts';

const MAX_LINKS = 500;
/** Links this near to their end are asked for again: a download has just begun with them. */
const MARGIN_MS = 60_000;

/** Links by path until they expire. Those without an expiry are asked for each time: the gateway keeps them itself. */
export class LinkCache {
  readonly #links = new Map<string, UpstreamLink>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get(path: string): UpstreamLink | undefined {
    const link = this.#links.get(path);
    if (link?.expiresAt === undefined || link.expiresAt - MARGIN_MS > this.#now()) return link;
    this.#links.delete(path);
    return undefined;
  }

  keep(path: string, link: UpstreamLink): void {
    this.#links.delete(path);
    if (link.expiresAt === undefined) return;
    this.#links.set(path, link);
    const [oldest] = this.#links.keys();
    if (this.#links.size > MAX_LINKS && oldest !== undefined) this.#links.delete(oldest);
  }

  drop(path: string): void {
    this.#links.delete(path);
  }
}
