import { networkInterfaces } from 'node:os';
import { isPrivateHost } from '../http/private-host.ts';

/** Whether this machine holds a public address itself, rather than sharing one behind a router. Asked of the system, not of the network. */
export function holdsPublicAddress(): boolean {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .some(({ address }) => !isPrivateHost(new URL(`http://${address}/`)));
}
