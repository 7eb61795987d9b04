import { type FakeClock, fakeClock, fakeRandom } from '../../../testing/fake-clock.ts';
import { StorageError } from '../../core/errors.ts';
import type { Log } from '../../core/runtime.ts';
import type { SharedPlace, ShareReport } from '../../core/share-address.ts';
import { driverTypes } from '../../drivers/index.ts';
import type { StorageInput, StorageService, StorageView } from '../../storages/service.ts';
import { createShareImports, type ShareImports } from '../import/imports.ts';
import { addressKinds, type AddressKind } from '../parse/text-line.ts';

export const KINDS: readonly AddressKind[] = addressKinds(driverTypes);

export const link = (id: string): string => `https://mypikpak.com/s/${id}`;

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Imports over storages in a list, and shares that answer what a test says. */
export interface ImportWorld {
  readonly imports: ShareImports;
  readonly clock: FakeClock;
  readonly stored: StorageView[];
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
  const world: ImportWorld = {
    clock,
    stored,
    asked: [],
    open: 0,
    busiest: 0,
    answer: ({ shareId }) => ({ title: `Title of ${shareId}` }),
    imports: createShareImports({
      storages: {
        list: async () => stored,
        createAll: async (inputs) => inputs.map((input) => store(stored, input)),
        inspector,
      },
      kinds: KINDS,
      clock,
      random: fakeRandom(),
      log: SILENT,
    }),
  };

  function inspector(): ReturnType<StorageService['inspector']> {
    world.open += 1;
    return {
      async inspect({ driver, addition }, signal) {
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
      },
      close: async () => void (world.open -= 1),
    };
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
