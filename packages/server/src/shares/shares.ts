import type { Clock, Log, Random } from '../core/runtime.ts';
import type { StorageService } from '../storages/service.ts';
import type { ShareHealthTable } from '../store/port.ts';
import { createShareHealth, type ShareHealthService } from './health/health.ts';
import { createShareImports, type ShareImports } from './import/imports.ts';
import type { AddressKind } from './parse/text-line.ts';
import type { ShareCopies } from './restore/share-copies.ts';
import { shareErrorOf } from './share-state.ts';
import type { Node } from '../vfs/view.ts';

/** Everything about storages that show what somebody shared. */
export interface Shares {
  readonly imports: ShareImports;
  readonly health: ShareHealthService;
  readonly copies: ShareCopies;
  /** Driver kinds that show shares. */
  readonly kinds: ReadonlySet<string>;
  /** @see ShareCopies.playableBytes */
  playableBytes(node: Node): number | undefined;
  /** @see ShareCopies.cutsKnown */
  readonly cutsKnown: number;
  /** To be called when the storages are mounted. */
  start(): Promise<void>;
  close(): Promise<void>;
}

interface SharesOptions {
  readonly storages: Pick<StorageService, 'list' | 'createAll' | 'inspector' | 'inspect' | 'recall'>;
  readonly kinds: readonly AddressKind[];
  readonly table: ShareHealthTable;
  readonly copies: ShareCopies;
  /** How often to look at a share, in ms; 0 for never. */
  readonly intervalMs: () => number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export function createShares(options: SharesOptions): Shares {
  const { copies } = options;
  const kinds = new Set(options.kinds.map(({ kind }) => kind));
  const health = createShareHealth({ ...options, kinds });
  const imports = createShareImports({
    ...options,
    async added(storageId, { state, report, reason = '', remedy = '' }) {
      if (state === 'ok') return health.note(storageId, { title: report?.title ?? '' });
      if (state === 'waiting' || state === 'looking' || state === 'mounted' || state === 'added') return;
      const error = shareErrorOf(state, { reason, remedy });
      if (error !== undefined) await health.note(storageId, { error });
    },
  });
  return {
    imports,
    health,
    kinds,
    copies,
    playableBytes: (node) => copies.playableBytes(node),
    get cutsKnown() {
      return copies.cutsKnown;
    },
    async start() {
      await health.start();
      await copies.start();
    },
    async close() {
      await copies.close();
      await imports.close();
      await health.close();
    },
  };
}
