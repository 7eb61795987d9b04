import { type AppConfig, StartError } from '../config.ts';
import { driverTypes } from '../drivers/index.ts';
import { parseTrustedProxies, type TrustedProxies } from '../http/client-address.ts';
import { StoreError } from '../store/errors.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/port.ts';
import { ADMIN_NAME, ensureBuiltInUsers } from '../users/built-in.ts';
import type { Started, World, Parts } from './parts.ts';

/** Makes the users that every installation has; a new one also gets its first storages. */
export async function prepareInstallation({
  store,
  config,
  overrides,
  world,
}: Parts): Promise<Started['firstAdmin'] | undefined> {
  const fresh = (await store.users.byName(ADMIN_NAME)) === undefined;
  const { generatedPassword } = await ensureBuiltInUsers({ store, ...world }, config.adminPassword);
  if (!fresh) return undefined;
  const kinds = (overrides.drivers ?? driverTypes).map(({ kind }) => kind);
  for (const input of overrides.firstStorages ?? []) {
    if (kinds.includes(input.driver)) await store.storages.insert({ ...input, modified: world.clock.now() });
  }
  const password = generatedPassword === undefined ? {} : { password: generatedPassword };
  return { username: ADMIN_NAME, ...password };
}

export async function openStoreFor({ data, secretKey }: AppConfig, world: World): Promise<Store> {
  try {
    return await openStore({ folder: data, ...(secretKey === undefined ? {} : { secretKey }), ...world });
  } catch (error) {
    if (error instanceof StoreError) throw new StartError(error.message, { cause: error });
    throw error;
  }
}

export function readTrusted(list: string): TrustedProxies {
  try {
    return parseTrustedProxies(list);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new StartError(`SLUICE_TRUSTED_PROXIES: ${error.message}.`, { cause: error });
  }
}

export function listenFailure(error: unknown, { host, port }: AppConfig): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const at = `${host}:${port}`;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `${at} is taken by another program. Stop it, or choose another port with --port.`,
    EACCES: `The system does not let this user listen on ${at}. Choose a port above 1023 with --port.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Choose another with --host.`,
    ENOTFOUND: `There is no address named ${host}. Choose another with --host.`,
  };
  const reason = reasons[String(error.code)] ?? `Sluice can't listen on ${at}: ${error.message}.`;
  return new StartError(reason, { cause: error });
}
