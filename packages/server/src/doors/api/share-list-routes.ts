import { z } from 'zod';
import { SHARE_STATES, type ShareState } from '../../shares/share-state.ts';
import type { ShareHealth } from '../../shares/health/health.ts';
import type { StorageView } from '../../storages/service.ts';
import type { DoorContext } from '../context.ts';
import { ApiFailure } from './envelope.ts';
import { route, type Route } from './route.ts';
import { wireState } from './storage-state.ts';
import { wireTime } from './wire-time.ts';

const anyState = z.enum([...SHARE_STATES, 'unchecked']);
type ListedState = ShareState | 'unchecked';

/** Which shares: these, or all in a state. An empty choice is refused, so that a slip doesn't mean all. */
const choice = {
  ids: z.array(z.int().min(1)).max(20_000).optional(),
  state: anyState.optional(),
};

/** Ours: the storages that show shares with how they were doing at the last look, and how many are in which state. */
const list = route({
  method: 'GET',
  path: '/admin/share/list',
  access: 'admin',
  request: z.object({
    state: anyState.optional(),
    page: z.int().min(1).default(1),
    per_page: z.int().min(0).max(1000).default(0),
  }),
  async run({ state, page, per_page }, _, door) {
    const all = await listedShares(door);
    const counts = Object.fromEntries(
      [...SHARE_STATES, 'unchecked'].map((one) => [one, all.filter((share) => share.state === one).length]),
    );
    const chosen = state === undefined ? all : all.filter((share) => share.state === state);
    const start = per_page === 0 ? 0 : (page - 1) * per_page;
    const content = per_page === 0 ? chosen : chosen.slice(start, start + per_page);
    return {
      content: content.map(wireShare),
      total: chosen.length,
      counts,
      pending: door.shares.health.pending(),
    };
  },
});

/** Ours: looks at shares again, a few at a time; `admin/share/list` tells how far it is. */
const check = route({
  method: 'POST',
  path: '/admin/share/check',
  access: 'admin',
  request: z.object(choice),
  async run(input, _, door) {
    const chosen = await chosenShares(input, door);
    const enabled = chosen.filter(({ view }) => !view.record.disabled).map(({ view }) => view.record.id);
    return { queued: door.shares.health.recheck(enabled) };
  },
});

/** Ours: switches shares off. They keep their place and settings. */
const disable = route({
  method: 'POST',
  path: '/admin/share/disable',
  access: 'admin',
  request: z.object(choice),
  async run(input, _, door) {
    const chosen = (await chosenShares(input, door)).filter(({ view }) => !view.record.disabled);
    for (const { view } of chosen) await door.storages.disable(view.record.id);
    return { count: chosen.length };
  },
});

/** Ours: removes shares' storages. Nothing at the cloud changes. */
const remove = route({
  method: 'POST',
  path: '/admin/share/delete',
  access: 'admin',
  request: z.object(choice),
  async run(input, _, door) {
    const chosen = await chosenShares(input, door);
    for (const { view } of chosen) await door.storages.remove(view.record.id);
    return { count: chosen.length };
  },
});

/** Looking after the shares among the storages. */
export const shareListRoutes: readonly Route[] = [list, check, disable, remove];

interface ListedShare {
  readonly view: StorageView;
  readonly health: ShareHealth | undefined;
  readonly state: ListedState;
}

async function listedShares({ storages, shares }: DoorContext): Promise<ListedShare[]> {
  const known = shares.health.all();
  return (await storages.list())
    .filter(({ record }) => shares.kinds.has(record.driver))
    .map((view) => {
      const health = known.get(view.record.id);
      return { view, health, state: health?.state ?? 'unchecked' };
    });
}

async function chosenShares(
  { ids, state }: { readonly ids?: readonly number[] | undefined; readonly state?: ListedState | undefined },
  door: DoorContext,
): Promise<ListedShare[]> {
  if (ids === undefined && state === undefined) {
    throw new ApiFailure(400, 'ids or state: say which shares are meant');
  }
  const wanted = ids && new Set(ids);
  return (await listedShares(door)).filter(
    (share) =>
      (wanted === undefined || wanted.has(share.view.record.id)) &&
      (state === undefined || share.state === state),
  );
}

function wireShare({ view: { record, status }, health, state }: ListedShare): object {
  return {
    id: record.id,
    mount_path: record.mountPath,
    driver: record.driver,
    disabled: record.disabled,
    state,
    title: health?.title ?? '',
    reason: health?.reason ?? '',
    remedy: health?.remedy ?? '',
    checked_at: health === undefined ? null : wireTime(health.checkedAt),
    since: health === undefined ? null : wireTime(health.since),
    storage_state: wireState(status, true),
  };
}
