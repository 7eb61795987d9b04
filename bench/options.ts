import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Group, GROUPS } from './groups.ts';
import { parsePeer, type PeerSpec } from './peers.ts';
import type { SandboxAt } from './setup.ts';

export interface BenchOptions {
  readonly groups: readonly Group[];
  readonly peers: readonly PeerSpec[];
  /** One that runs already, which peers are set up with. */
  readonly sandbox: SandboxAt | undefined;
  /** Whether to fetch rclone and measure it as a peer. */
  readonly rclone: boolean;
}

export const USAGE = `npm run bench -- [--rows a,b] [--rclone] [--peer NAME=URL[,/ours=/theirs]]... [--sandbox-port N --proxy-port N --ca FILE]

  --rows          which groups: ${GROUPS.map(({ name }) => name).join(', ')}; all unless said
  --rclone        fetches rclone (needs python3 with pip) and measures it as a peer
  --peer          a running AList or OpenList, WebDAV server or HTTP server with the same files;
                  credentials go into the URL, its path for our /demo behind a comma
  --sandbox-port, --proxy-port, --ca
                  the sandbox that those peers use (npm run sandbox -- --no-connection-limits …)
`;

/** @throws Error whose message says what is wrong with the line */
export function readOptions(args: readonly string[]): BenchOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: text,
      rclone: { type: 'boolean', default: false },
      peer: { type: 'string', multiple: true },
      'sandbox-port': text,
      'proxy-port': text,
      ca: text,
    },
  });
  const { rows, peer = [], ca } = values;
  const names = rows?.split(',') ?? GROUPS.map(({ name }) => name);
  const unknown = names.find((name) => !GROUPS.some((group) => group.name === name));
  if (unknown !== undefined) throw new Error(`there are no rows "${unknown}"`);
  const [port, proxyPort] = [values['sandbox-port'], values['proxy-port']];
  const given = [port, proxyPort, ca].filter((value) => value !== undefined).length;
  if (given !== 0 && given !== 3) throw new Error('--sandbox-port, --proxy-port and --ca go together');
  if (given === 0 && peer.length > 0)
    throw new Error('a peer needs the sandbox that it is set up with: --sandbox-port');
  const sandbox: SandboxAt = {
    url: `https://127.0.0.1:${port}`,
    port: Number(port),
    proxyPort: Number(proxyPort),
    caFile: resolve(ca ?? ''),
  };
  return {
    groups: GROUPS.filter(({ name }) => names.includes(name)),
    peers: peer.map(parsePeer),
    sandbox: given === 0 ? undefined : sandbox,
    rclone: values.rclone,
  };
}
