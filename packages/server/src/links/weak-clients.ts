import type { DeliveryDoor } from './delivery.ts';

/** A kind of client that is no good at being redirected, and who says so. */
interface WeakClient {
  readonly name: string;
  /** Matched against the `User-Agent`. */
  readonly agent: RegExp;
  readonly doors: readonly DeliveryDoor[];
  /** A full sentence. */
  readonly why: string;
  /** The issue of a public project, or the section of the API reference, that reports it. */
  readonly source: string;
}

const EVERYWHERE: readonly DeliveryDoor[] = ['web', 'download', 'webdav'];

/** Only what was reported; others are found out by how they behave (`failed-redirects.ts`). */
export const WEAK_CLIENTS: readonly WeakClient[] = [
  {
    name: 'Windows Explorer',
    agent: /^Microsoft-WebDAV-MiniRedir\//i,
    doors: EVERYWHERE,
    why: 'Windows Explorer does not follow redirects.',
    source: 'AlistGo/alist#6846',
  },
  {
    name: 'davfs2',
    agent: /^davfs2\//i,
    doors: EVERYWHERE,
    why: 'davfs2 does not follow redirects.',
    source: 'AlistGo/alist#2499',
  },
  {
    name: 'cadaver',
    agent: /^cadaver\//i,
    doors: EVERYWHERE,
    why: 'cadaver does not follow redirects.',
    source: 'seen with cadaver 0.24',
  },
  {
    name: 'Kodi',
    agent: /^(?:Kodi|XBMC)\//i,
    doors: ['webdav'],
    why: 'Kodi sends its password on to wherever it is redirected.',
    source: 'API reference §7.5',
  },
];

/** Why a client is not to be redirected at a door; undefined when nothing is known against it. */
export function weaknessOf(userAgent: string | undefined, door: DeliveryDoor): string | undefined {
  if (userAgent === undefined) return undefined;
  return WEAK_CLIENTS.find(({ agent, doors }) => agent.test(userAgent) && doors.includes(door))?.why;
}
