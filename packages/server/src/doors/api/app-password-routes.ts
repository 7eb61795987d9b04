import { z } from 'zod';
import type { AppPassword } from '../../users/app-passwords.ts';
import { required } from './bind.ts';
import { ApiFailure } from './envelope.ts';
import { type Route, route, type Session } from './route.ts';
import { wireTime } from './wire-time.ts';

/** One's own app passwords: for programs that send a name and a password with every request, by WebDAV. */
const list = route({
  method: 'GET',
  path: '/me/app_password/list',
  access: 'user',
  request: z.object({}),
  run: async (_, session, { auth }) => (await auth.appPasswords.list(ownerOf(session))).map(recordOf),
});

/** The only answer that ever holds the password. */
const create = route({
  method: 'POST',
  path: '/me/app_password/create',
  access: 'user',
  request: z.object({
    name: required('AppPassword.Name'),
    read_only: z.boolean().default(false),
    folder: z.string().default('/'),
  }),
  async run({ name, read_only: readOnly, folder }, session, { auth }) {
    const { password, made } = await auth.appPasswords.create(ownerOf(session), { name, readOnly, folder });
    return { ...recordOf(made), password };
  },
});

const revoke = route({
  method: 'POST',
  path: '/me/app_password/revoke',
  access: 'user',
  request: z.object({ id: z.number().int() }),
  async run({ id }, session, { auth }) {
    await auth.appPasswords.revoke(ownerOf(session), id);
    return null;
  },
});

/** @throws ApiFailure 403 for the guest, who is everybody. */
function ownerOf({ user }: Session): number {
  if (user.role === 'guest') throw new ApiFailure(403, 'guests have no passwords');
  return user.id;
}

function recordOf({ id, name, readOnly, folder, createdAt, usedAt }: AppPassword): object {
  return {
    id,
    name,
    read_only: readOnly,
    folder,
    created: wireTime(createdAt),
    used: usedAt === undefined ? null : wireTime(usedAt),
  };
}

export const appPasswordRoutes: readonly Route[] = [list, create, revoke];
