import type { DoorContext } from '../doors/context.ts';
import type { Store } from '../store/port.ts';
import { LIVE_STATES } from '../store/task-port.ts';
import { type GoingOnOptions, goOn } from '../uploads/going-on.ts';
import { type Spool, createSpool, type LeftUpload, type OwnedSpool } from '../uploads/spool.ts';
import { toUser } from '../users/auth.ts';
import { MAX_TASKS } from '../tasks/queue.ts';
import type { TaskOwner, Tasks } from '../tasks/task.ts';
import type { User } from '../users/user.ts';
import { StorageError } from '../core/errors.ts';
import type { TreePath } from '../core/path.ts';
import type { View } from '../vfs/view.ts';
import { createPublicClient } from '../accounts/public-client.ts';
import { createNotifier } from '../offline/after/notifier.ts';
import { createCloudTool } from '../offline/cloud-tool.ts';
import { createHttpTool } from '../offline/http-tool.ts';
import type { OfflineTool } from '../offline/tool.ts';
import { type UploadRow, watchHeldUploads } from '../transfers/held-sweep.ts';
import type { Vfs } from '../vfs/vfs.ts';
import type { World, Parts } from './parts.ts';
import { join } from 'node:path';
import { saveKind } from '../shares/save/save-kind.ts';
import { openSpoolDisk } from '../uploads/disk.ts';
import { guardedDisk } from '../uploads/guarded-disk.ts';
import { createMemoryGuard } from '../core/memory-guard.ts';
import { systemMemory } from '../runtime/system.ts';
import { limitsFrom } from '../uploads/limits.ts';
import { createTasks } from '../tasks/create-tasks.ts';
import type { Worker } from '../tasks/worker.ts';
import { feedKind } from '../offline/feeds/feed-kind.ts';
import { createFeeds } from '../offline/feeds/feeds.ts';
import { createOfflineDownloads } from '../offline/offline-downloads.ts';
import { offlineKind } from '../offline/offline-kind.ts';
import { transferKind } from '../transfers/transfer-kind.ts';
import { uploadKind } from '../transfers/upload-kind.ts';
import { repairAll, type RepairingOptions } from '../vfs/changes/repairing.ts';
import type { Trees } from './trees.ts';

/** Failed uploads beyond these are not kept for another try. */
const MAX_FAILED = 1000;

/** Uploads that are gone on with: they were allowed when they came. */
function uploadTo({ changes }: Vfs): GoingOnOptions['upload'] {
  return ({ path, modified, ...conflict }, source, ctx) =>
    changes.upload({ path, conflict, modified, source }, ctx);
}

function dropFrom({ changes }: Vfs): GoingOnOptions['drop'] {
  return ({ path }, source, ctx) => changes.dropUpload({ path, source }, ctx);
}

/** Tasks that may still want an upload's file. */
async function uploadRows({ tasks }: Store): Promise<readonly UploadRow[]> {
  const live = await tasks.list({ kind: 'upload', states: LIVE_STATES }, { offset: 0, limit: MAX_TASKS });
  const failed = await tasks.list({ kind: 'upload', states: ['failed'] }, { offset: 0, limit: MAX_FAILED });
  return [...live, ...failed].map(({ payload, endedAt }) => ({ payload, failedAt: endedAt }));
}

/** The ways to fetch links that this version has. */
function offlineTools({ mounts }: Vfs, spool: Spool, { clock }: World): readonly OfflineTool[] {
  const mountsOf = (kind: string): readonly TreePath[] =>
    mounts.all().flatMap(({ record }) => (record.driver === kind ? [record.mountPath] : []));
  const cloud = createCloudTool({
    kind: 'PikPak',
    shownAs: 'Pikpak', // the spelling of AList's refusal, which clients know
    mounts: () => mountsOf('PikPak'),
    clock,
  });
  return [cloud, createHttpTool({ client: createPublicClient(), spool, clock })];
}

/** The owner of a task as he is now: rights that were taken away since count. @throws StorageError `forbidden` for one who is gone. */
async function ownerNow({ id }: TaskOwner, { users }: Store): Promise<User> {
  const row = await users.byId(id);
  if (row === undefined || row.disabled) {
    throw new StorageError('forbidden', 'the user whose task this is may no longer sign in');
  }
  return toUser(row);
}

/** What goes on in the background: uploads on their way, tasks, offline downloads. */
export interface Work extends Pick<DoorContext, 'tasks' | 'offline' | 'feeds'> {
  readonly spool: OwnedSpool;
  readonly worker: Worker;
}

/** Makes the background's side of a gateway. Nothing runs before `startWork`. */
export async function createWork(
  { config, overrides, store, world }: Parts,
  { vfs, settings, viewOf }: Trees,
): Promise<Work> {
  const spool = await createSpool({
    records: store.uploads,
    clock: world.clock,
    disk: guardedDisk(await openSpoolDisk(join(config.data, 'uploads')), createMemoryGuard(systemMemory())),
    limits: () => limitsFrom((key) => settings.get(key)),
    log: world.log,
  });
  const tools = offlineTools(vfs, spool, world);
  const offline = createOfflineDownloads(tools);
  const client = createPublicClient();
  const ownView = async (owner: TaskOwner): Promise<View> => viewOf(await ownerNow(owner, store));
  const transfer = { spool, viewFor: ownView, clock: world.clock };
  const queue: { readonly tasks: Tasks; readonly worker: Worker } = createTasks({
    ...world,
    table: store.tasks,
    kinds: [
      offlineKind({ tools, viewFor: ownView, notifier: createNotifier(client, world.clock) }),
      feedKind({
        client,
        clock: world.clock,
        async add(owner, wish, ctx) {
          const user = await ownerNow(owner, store);
          const asked = { view: viewOf(user), tasks: queue.tasks.of(user), basePath: user.basePath };
          await offline.add(wish, asked, ctx);
        },
      }),
      transferKind('copy', transfer),
      transferKind('move', transfer),
      uploadKind({ held: spool.held, viewFor: ownView, drop: dropFrom(vfs) }),
      saveKind({ ...world, viewFor: ownView }),
      ...(overrides.taskKinds ?? []),
    ],
  });
  return { spool, ...queue, offline, feeds: createFeeds({ client, offline }) };
}

/**
 * Takes up what a process before this one has left, and begins to work on tasks.
 * @param broken changes that were under way when it ended
 * @returns what is under way for as long as it is
 */
export function startWork(
  { store, world }: Pick<Parts, 'store' | 'world'>,
  { vfs, spool, tasks, worker }: Work & Pick<Trees, 'vfs'>,
  { broken, ending }: { readonly broken: Parameters<typeof repairAll>[0]; readonly ending: AbortController },
): ReadonlySet<Promise<void>> {
  const goingOn = new Set<Promise<void>>();
  const drop = dropFrom(vfs);
  const rows = (): ReturnType<typeof uploadRows> => uploadRows(store);
  watchHeldUploads({ ...world, held: spool.held, drop, rows }, tasks, ending.signal);
  worker.start();
  const follow = spool.departures.follow.bind(spool.departures);
  const going = { ...world, upload: uploadTo(vfs), drop, follow };
  const carryOn = (left: readonly LeftUpload[]): void => {
    const job = goOn(left, going, ending.signal).finally(() => goingOn.delete(job));
    goingOn.add(job);
  };
  carryOn(spool.left);
  spool.carryOnBy((one) => carryOn([one]));
  const repairs: RepairingOptions = {
    ...world,
    intents: store.changeIntents,
    repair: (noted, ctx) => vfs.changes.repair(noted, ctx),
  };
  goingOn.add(repairAll(broken, repairs, ending.signal));
  return goingOn;
}
