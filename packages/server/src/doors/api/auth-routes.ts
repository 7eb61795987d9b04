import { z } from 'zod';
import { Permission } from '../../core/rights.ts';
import type { AuthService, User } from '../../users/user.ts';
import { required } from './bind.ts';
import { deviceKey, dialectOf, roleFor } from './dialect.ts';
import { type Caller, route, type Route } from './route.ts';

const credentials = z.object({
  username: required('LoginReq.Username'),
  password: z.string().default(''),
  otp_code: z.string().default(''),
});

type SignedIn = Awaited<ReturnType<AuthService['signIn']>>;

function tokenOf({ token, user }: SignedIn, { clientId }: Caller): object {
  return { token, device_key: deviceKey(user, clientId) };
}

/** Sign-in with the password in clear (API reference §2.4). Credentials sent along in a header are not looked at. */
const login = route({
  method: 'POST',
  path: '/auth/login',
  access: 'anyone',
  request: credentials,
  run: async ({ username, password }, caller, { auth }) =>
    tokenOf(await auth.signIn({ username, password }, { address: caller.address }), caller),
});

/** Sign-in with the static hash of the password, as web frontends do it. */
const loginHash = route({
  method: 'POST',
  path: '/auth/login/hash',
  access: 'anyone',
  request: credentials,
  run: async ({ username, password }, caller, { auth }) =>
    tokenOf(
      await auth.signIn({ username, staticHash: password.toLowerCase() }, { address: caller.address }),
      caller,
    ),
});

const logout = route({
  method: 'GET',
  path: '/auth/logout',
  access: 'anyone',
  request: z.object({}),
  async run(_, { authorization }, { auth }) {
    await auth.signOut(authorization);
    return null;
  },
});

/** What the caller is and may (API reference §2.6, §14.1). */
const me = route({
  method: 'GET',
  path: '/me',
  access: 'user',
  request: z.object({}),
  run: async (_, { user, clientId }) => {
    const permission = permissionOf(user);
    return {
      id: user.id,
      username: user.username,
      password: '',
      base_path: user.basePath,
      role: roleFor(user, dialectOf(clientId)),
      disabled: user.disabled,
      permission,
      sso_id: '',
      otp: false,
      role_names: [user.role],
      permissions: [{ path: '/', permission }],
      allow_ldap: false,
    };
  },
});

const EVERY_PERMISSION = Object.values(Permission).reduce((mask, bit) => mask | bit, 0);

/** An admin passes every check whatever its mask says, so clients are told the full one. */
function permissionOf(user: User): number {
  return user.admin ? user.permission | EVERY_PERMISSION : user.permission;
}

export const authRoutes: readonly Route[] = [login, loginHash, logout, me];
