import { type FakeClock, fakeClock, fakeRandom } from '../../../testing/fake-clock.ts';
import { StorageError } from '../../core/errors.ts';
import type { Log } from '../../core/runtime.ts';
import type { SharedPlace, ShareReport } from '../../core/share-address.ts';
import { driverTypes } from '../../drivers/index.ts';
import type { StorageInput, StorageService, StorageView } from '../../storages/service.ts';
import type { ShareImports } from '../import/imports.ts';
import type { ShareHealthRow } from '../../store/port.ts';
import { createShares, type Shares } from '../shares.ts';
import { addressKinds, type AddressKind } from '../parse/text-line.ts';

export const KINDS: readonly AddressKind[] = addressKinds(driverTypes);

export const link = (id: string): string => `https://mypikpak.com/s/${id}`;

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

type Share = Pick<StorageInput, 'driver' | 'addition'>;

/** Imports over storages in a list, and shares that answer what a test says. */
export interface ImportWorld {
  readonly imports: ShareImports;
  readonly shares: Shares;
  readonly clock: FakeClock;
  readonly stored: StorageView[];
  /** What was kept of their health. */
  readonly rows: ReadonlyMap<number, ShareHealthRow>;
  /** What storages were told of themselves. */
  readonly recalled: [id: number, code: string, since: number][];
  intervalMs: number;
  /** Asked for, in their order. */
  readonly asked: SharedPlace[];
  /** Inspectors that are open. */
  open: number;
  /** Looks under way at one time, at most. */
  busiest: number;
  /** What a share answers; a title of its own id when absent. */
  answer: (place: SharedPlace, signal: AbortSignal) => Promise<ShareReport> | ShareReport;
}

export function importWorld(): ImportWorld {
  const clock = fakeClock();
  const stored: StorageView[] = [];
  let busy = 0;
  const rows = new Map<number, ShareHealthRow>();
  const shares = createShares({
    storages: {
      list: async () => stored,
      createAll: async (inputs) => inputs.map((input) => store(stored, input)),
      inspector,
      inspect: (id, signal) => inspect(recordOf(id), signal),
      recall: (id, error, since) => void world.recalled.push([id, error.code, since]),
    },
    kinds: KINDS,
    copies: {
      opened: (file) => file,
      playableBytes: () => undefined,
      cutsKnown: 0,
      start: async () => {},
      close: async () => {},
    },
    table: { all: async () => [...rows.values()], put: async (row) => void rows.set(row.storageId, row) },
    intervalMs: () => world.intervalMs,
    clock,
    random: fakeRandom(),
    log: SILENT,
  });
  const world: ImportWorld = {
    clock,
    stored,
    asked: [],
    recalled: [],
    intervalMs: 3_600_000,
    open: 0,
    busiest: 0,
    answer: ({ shareId }) => ({ title: `Title of ${shareId}` }),
    shares,
    imports: shares.imports,
    rows,
  };

  const recordOf = (id: number): Share => {
    const found = stored.find(({ record }) => record.id === id);
    if (found === undefined) throw new StorageError('not_found', 'no such storage');
    return found.record;
  };

  async function inspect({ driver, addition }: Share, signal: AbortSignal): Promise<ShareReport> {
    const place = KINDS.find(({ kind }) => kind === driver)?.addresses.placeOf(addition);
    if (place === undefined) throw new Error('these settings name no share');
    world.asked.push(place);
    busy += 1;
    world.busiest = Math.max(world.busiest, busy);
    try {
      return await world.answer(place, signal);
    } finally {
      busy -= 1;
    }
  }

  function inspector(): ReturnType<StorageService['inspector']> {
    world.open += 1;
    return { inspect, close: async () => void (world.open -= 1) };
  }
  return world;
}

function store(stored: StorageView[], input: StorageInput): StorageView | StorageError {
  if (stored.some(({ record }) => record.mountPath === input.mountPath)) {
    return new StorageError('exists', 'this mount path is taken');
  }
  const record = { ...input, id: stored.length + 1, modified: 0 };
  const view: StorageView = { record, status: { state: 'idle', since: 0 } };
  stored.push(view);
  return view;
}
