import { z } from 'zod';
import { isAbort } from '../../core/errors.ts';
import { normalizePath, parentOf, type TreePath } from '../../core/path.ts';
import type { DeliveryPlan } from '../../links/deliveries.ts';
import type { Delivery } from '../../links/delivery.ts';
import type { User } from '../../users/user.ts';
import type { Node, OpenFile, Reach } from '../../vfs/view.ts';
import type { DoorContext } from '../context.ts';
import { wholeFile } from '../download/whole-file.ts';
import { proxyUrl } from '../file-url.ts';
import { wireReach } from './share-play-routes.ts';
import { fileTypes, ObjectType } from './object-type.ts';
import { type ObjectRecord, objectRecorder } from './object-record.ts';
import { route, type Session } from './route.ts';
import { type WireVariant, wireVariantsIfAny } from './variants.ts';

/** Siblings that are looked at for subtitles and covers; in a larger folder those beyond are not found. */
const RELATED_LIMIT = 2_000;

const request = z.object({
  path: z.string().default('/'),
  password: z.string().default(''),
  variants: z.boolean().default(false),
});

/** A decision as the API tells it; `client` and `egress` are addresses, '' where unknown. */
interface WireDelivery extends Delivery {
  readonly client?: string;
  readonly egress?: string;
}

/**
 * `fs/get` (API reference §3.3). `playable_bytes` and `whole` are ours, and there when a file's cloud cuts it: up to where it is served, and
 * whether all of it can be had. `can_share` says that `fs/share/create` can open it to others. `delivery` is ours: how `/d` will send the file to this client, and why. So is `variants`, which is there
 * when it is asked for: it may cost a call to the cloud.
 */
export const fsGet = route({
  method: 'ANY',
  path: '/fs/get',
  access: 'user',
  request,
  async run(input, session, door) {
    const path = normalizePath(input.path);
    const node = await session.view.get(path, session.ctx);
    const record = objectRecorder(door, session.user);
    const common = {
      readme: '',
      header: '',
      provider: node.storage?.driver ?? 'unknown',
      ...(session.user.role !== 'guest' && session.view.canShareOut(path) ? { can_share: true } : {}),
    };
    if (node.entry.kind === 'folder') {
      return { ...record(node), raw_url: '', ...common, related: null, web_proxy: proxied(node) };
    }
    const opened = await session.view.open(path, session.ctx);
    const reach = await reachOf(opened, session, door);
    // A copy that is there is what `/d` would send; one that is not is made when somebody plays it, and not for a look.
    const file = reach.whole === 'saved' ? await wholeFile(opened, session.ctx) : opened;
    const related = await relatedTo(node, session, record, door);
    return {
      ...record(node),
      ...(await rawUrl(file, reach, session, door)),
      ...wireReach(reach),
      ...common,
      related,
      web_proxy: proxied(node),
      ...(input.variants ? { variants: await filmVariants(file, session, door) } : {}),
    };
  },
});

/** Only films have any: nothing is asked about other files. */
function filmVariants(file: OpenFile, session: Session, door: DoorContext): Promise<WireVariant[] | null> {
  const { entry } = file.node;
  if (fileTypes(door.settings)(entry.name) !== ObjectType.video) return Promise.resolve(null);
  return wireVariantsIfAny({ ...file.node, storage: file.storage }, session, door);
}

function proxied(node: Node): boolean {
  return node.storage?.webProxy ?? false;
}

/** Where a page of this client gets the file, and how `/d` would send it to the same client. */
async function rawUrl(
  file: OpenFile,
  { whole }: Reach,
  { origin, ctx, user, visitor }: Session,
  door: DoorContext,
): Promise<{ raw_url: string; delivery: WireDelivery }> {
  // What is saved on first play has to be asked for here.
  const ask = whole === 'savable' ? { ask: 'gateway' as const } : {};
  const page = await door.deliveries.plan(file, { ...visitor, ...ask, door: 'web' }, ctx);
  const plan = await door.deliveries.plan(file, { ...visitor, ...ask, door: 'download' }, ctx);
  const target = { fullPath: file.node.fullPath, storage: file.storage };
  return { raw_url: page.location ?? proxyUrl(origin, target, door), delivery: wireDelivery(plan, user) };
}

/** Nothing is known to be missing of a file that can't be asked about: the answer still stands. */
async function reachOf({ partly, node }: OpenFile, { ctx }: Session, door: DoorContext): Promise<Reach> {
  if (partly === undefined) return { whole: 'here' };
  try {
    return await partly.reach(ctx);
  } catch (error) {
    if (isAbort(error)) throw error;
    door.log.debug(
      { path: node.fullPath, reason: String(error) },
      'it could not be told how much of a file is served',
    );
    return { whole: 'here' };
  }
}

/** Addresses are for those who signed in: the gateway's own is among them. */
function wireDelivery({ mode, code, reason, client, egress }: DeliveryPlan, user: User): WireDelivery {
  if (user.role === 'guest') return { mode, code, reason };
  return { mode, code, reason, client: client ?? '', egress: egress ?? '' };
}

/** Siblings that begin with the file's name without its extension. They are an extra: without them the answer still stands. */
async function relatedTo(
  node: Node,
  { view, ctx }: Session,
  record: (node: Node) => ObjectRecord,
  door: DoorContext,
): Promise<ObjectRecord[] | null> {
  const { name } = node.entry;
  const stem = name.replace(/\.[^.]*$/, '');
  if (stem === '') return null;
  try {
    const siblings = await siblingsOf(node.path, { view, ctx });
    const related = siblings.filter(({ entry }) => entry.name.startsWith(stem) && entry.name !== name);
    return related.length === 0 ? null : related.map(record);
  } catch (error) {
    if (isAbort(error)) throw error;
    door.log.debug({ path: node.fullPath, reason: String(error) }, 'related files could not be listed');
    return null;
  }
}

async function siblingsOf(
  path: TreePath,
  { view, ctx }: Pick<Session, 'view' | 'ctx'>,
): Promise<readonly Node[]> {
  return (await view.list(parentOf(path), { limit: RELATED_LIMIT }, ctx)).nodes;
}
