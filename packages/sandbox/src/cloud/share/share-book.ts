import type { Drive } from '../drive/drive.ts';
import type { Share, ShareStatus } from './share.ts';

/** What has happened to a share. */
export interface ShareCounts {
  readonly views: number;
  readonly restores: number;
}

/** The shares of all drives. */
export class ShareBook {
  readonly #now: () => number;
  readonly #settle: (drive: Drive) => void;
  readonly #shares: Map<string, Share>;
  readonly #counts = new Map<string, ShareCounts>();

  /** @param world `settle` brings a drive up to the present */
  constructor(shares: readonly Share[], world: { now(): number; settle(drive: Drive): void }) {
    this.#shares = new Map(shares.map((share) => [share.id, share]));
    this.#now = () => world.now();
    this.#settle = (drive) => world.settle(drive);
  }

  get(id: string): Share | undefined {
    const share = this.#shares.get(id);
    if (share !== undefined) this.#settle(share.drive);
    return share;
  }

  add(share: Share): void {
    this.#shares.set(share.id, share);
  }

  /** A deleted share says so from then on (protocol reference rule S8). */
  remove(id: string): void {
    const share = this.#shares.get(id);
    if (share === undefined) return;
    const { createdAt: _, ...rest } = share;
    this.#shares.set(id, { ...rest, state: 'DELETED' });
  }

  /** What the owner made and has not deleted, newest first (guess). */
  madeBy(userId: string): readonly (Share & { readonly createdAt: number })[] {
    return [...this.#shares.values()]
      .flatMap((share) => {
        const { createdAt } = share;
        return createdAt !== undefined && share.drive.account.userId === userId
          ? [{ ...share, createdAt }]
          : [];
      })
      .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  }

  /** How a share stands, region and pass code aside: rules S8 and S9. That one of which nothing is left is DELETED is a choice (⚙). */
  standing(share: Share): Extract<ShareStatus, 'OK' | 'DELETED' | 'EXPIRED'> {
    if (share.state !== undefined) return share.state;
    if (share.expiresAt !== undefined && share.expiresAt <= this.#now()) return 'EXPIRED';
    const { tree } = share.drive;
    const isLeft = (id: string): boolean => {
      const node = tree.get(id);
      return node !== undefined && tree.purgeTimeOf(node) === undefined;
    };
    return share.rootIds.some(isLeft) ? 'OK' : 'DELETED';
  }

  countsOf(id: string): ShareCounts {
    return this.#counts.get(id) ?? { views: 0, restores: 0 };
  }

  count(id: string, what: keyof ShareCounts): void {
    const counts = this.countsOf(id);
    this.#counts.set(id, { ...counts, [what]: counts[what] + 1 });
  }
}
