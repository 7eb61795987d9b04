import { z } from 'zod';
import { StorageError } from '../../core/errors.ts';
import { normalizePath } from '../../core/path.ts';
import type { PartlyServed, Reach } from '../../vfs/view.ts';
import { route, type Route, type Session } from './route.ts';
import { wireTime } from './wire-time.ts';

/** What a file's cloud serves of it, as the API tells it; empty for a file of which nothing is known to be missing. */
export interface WireReach {
  readonly playable_bytes?: number;
  readonly whole?: Reach['whole'];
  /** Why it can't be had whole. */
  readonly whole_reason?: string;
  /** When saving it began, while it is being saved. */
  readonly saving_since?: string;
}

export function wireReach({ playableBytes, whole, reason, savingSince }: Reach): WireReach {
  if (playableBytes === undefined) return {};
  return {
    playable_bytes: playableBytes,
    whole,
    ...(reason === undefined ? {} : { whole_reason: reason }),
    ...(savingSince === undefined ? {} : { saving_since: wireTime(savingSince) }),
  };
}

const request = z.object({ path: z.string() });

/** Ours: begins to save a cut file of a share to the account that its storage names, for playing; tells how that goes. */
const save = route({
  method: 'POST',
  path: '/fs/share/restore',
  access: 'user',
  request,
  run: async ({ path }, session) => wireReach(await (await partly(path, session)).save(session.ctx)),
});

/** Ours: how that goes. */
const state = route({
  method: 'GET',
  path: '/fs/share/restore',
  access: 'user',
  request,
  run: async ({ path }, session) => wireReach(await (await partly(path, session)).reach(session.ctx)),
});

/** Ours: ends it, unless somebody else waits for the file. */
const cancel = route({
  method: 'POST',
  path: '/fs/share/restore/cancel',
  access: 'user',
  request,
  run: async ({ path }, session) => (await partly(path, session)).cancelSaving(),
});

/** @throws StorageError as `View.open`, and `unsupported` for what nobody has shared. */
async function partly(path: string, { view, ctx }: Session): Promise<PartlyServed> {
  const file = await view.open(normalizePath(path), ctx);
  if (file.partly !== undefined) return file.partly;
  throw new StorageError('unsupported', 'this file is not in a share');
}

/** Playing cut files of shares whole. */
export const sharePlayRoutes: readonly Route[] = [save, state, cancel];
