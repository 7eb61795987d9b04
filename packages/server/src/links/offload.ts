import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Link } from '../core/link.ts';
import type { TrustedProxies } from '../http/client-address.ts';
import type { OpenFile } from '../vfs/view.ts';
import type { Gateway, StreamJob } from './gateway-stream.ts';

/** Hands a body over to the web server in front of the gateway. */
export interface Offload {
  /**
   * Answers with headers alone, when the front server asked for that and can fetch the file by itself. The response's headers for the
   * file are set; those that depend on the upstream's answer are taken off again.
   *
   * @returns whether it answered; otherwise the gateway has to move the bytes
   * @throws StorageError as `Gateway.openAtCloud`, while nothing has been sent
   */
  take(req: IncomingMessage, res: ServerResponse, job: StreamJob): Promise<boolean>;
}

export interface OffloadOptions {
  readonly gateway: Pick<Gateway, 'openAtCloud'>;
  /** Hosts that the front server may be sent to: exact names, or `*.name` for all below one. */
  readonly hosts: readonly string[];
  /** Only a trusted proxy is told where the bytes are. */
  readonly trusted: TrustedProxies;
  /** Whether a file's requests leave from this machine itself: the front server knows no other way out. */
  readonly isDirect: (file: OpenFile) => boolean;
}

/** Where the front server's own configuration fetches. No client can ask for it: the location is `internal`. */
const LOCATION = '/_sluice_offload';
/** Set by the front server on what it passes on, whatever the client sent under these names. */
const ASKED_BY = 'x-sluice-offload';
const REFUSED = 'x-sluice-refused';
/** Headers of a link that the front server's configuration can carry to the upstream. */
const CARRIED: ReadonlyMap<string, string> = new Map([
  ['user-agent', 'X-Sluice-User-Agent'],
  ['referer', 'X-Sluice-Referer'],
  ['cookie', 'X-Sluice-Cookie'],
  ['authorization', 'X-Sluice-Authorization'],
]);
const MAX_CHECKED = 1000;

/**
 * `X-Accel-Redirect`, as nginx understands it: the gateway says where the bytes are, nginx moves them. A link is tried once by the gateway
 * before nginx gets it, so that a file of another size than listed is refused here as everywhere. When the upstream refuses nginx, its
 * configuration comes back with the refused address, which is then dropped, and the gateway moves the bytes of that one answer.
 */
export function createXAccel({ gateway, hosts, trusted, isDirect }: OffloadOptions): Offload {
  const checked = new Set<string>(); // addresses, the oldest first

  /** A link that has been seen to lead to the right file. */
  async function usableLink(job: StreamJob): Promise<Link | undefined> {
    const kept = await job.file.link('download', job.ctx);
    if (!isCarried(kept, hosts)) return undefined;
    if (checked.has(kept.url)) return kept;
    const { start } = job.range;
    const { body } = await gateway.openAtCloud({ ...job, range: { start, end: start + 1 } });
    body.destroy();
    const link = await job.file.link('download', job.ctx); // the check renews a link that is refused
    if (!isCarried(link, hosts)) return undefined;
    checked.add(link.url);
    const [oldest] = checked;
    if (checked.size > MAX_CHECKED && oldest !== undefined) checked.delete(oldest);
    return link;
  }

  return {
    async take(req, res, job) {
      if (!trusted.includes(plain(req.socket.remoteAddress))) return false;
      const { file, ctx } = job;
      if (file.source !== 'link' || !isDirect(file)) return false;
      const refused = req.headers[REFUSED];
      if (typeof refused === 'string' && refused !== '') {
        const link = await file.link('download', ctx);
        if (wireUrl(link) === refused) file.forgetLink();
        return false;
      }
      if (req.headers[ASKED_BY] !== 'x-accel') return false;
      const link = await usableLink(job);
      if (link === undefined) return false;
      answer(res, link, job);
      return true;
    },
  };
}

function answer(res: ServerResponse, link: Link, { range }: StreamJob): void {
  if (res.statusCode === 206) res.setHeader('X-Sluice-Range', `bytes=${range.start}-${range.end - 1}`);
  for (const [name, value] of Object.entries(link.headers)) {
    const carrier = CARRIED.get(name.toLowerCase());
    if (carrier !== undefined) res.setHeader(carrier, value);
  }
  res.removeHeader('Content-Range'); // this one and the length come with the bytes
  res.setHeader('Content-Length', 0);
  res.setHeader('X-Sluice-Upstream', wireUrl(link));
  res.setHeader('X-Accel-Redirect', LOCATION);
  res.statusCode = 200;
  res.end();
}

/** As the front server gets it, and names it when it is refused: printable ASCII without blanks. */
function wireUrl(link: Link): string {
  return new URL(link.url).href;
}

function isCarried(link: Link, hosts: readonly string[]): boolean {
  const url = URL.parse(link.url);
  if (link.variant !== 'original' || link.playableBytes !== undefined) return false;
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  if (url.username !== '' || !/^[!-~]+$/.test(url.href)) return false;
  const { hostname } = url;
  const allowed = hosts.some((host) =>
    host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host,
  );
  return allowed && Object.keys(link.headers).every((name) => CARRIED.has(name.toLowerCase()));
}

function plain(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
