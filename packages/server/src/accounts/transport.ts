import http from 'node:http';
import https from 'node:https';
import { SocksProxyAgent } from 'socks-proxy-agent';
import { StorageError } from '../core/errors.ts';
import type { HttpClient } from '../core/http-client.ts';
import { type Dial, exchange } from './exchange.ts';
import type { Route } from './route.ts';
import { TunnelAgent } from './tunnel-agent.ts';

/** Sockets to one host at a time; the pace of calls and the CDN's own limits lie far below. */
const MAX_SOCKETS = 1024;
const MAX_FREE_SOCKETS = 32;
/** Below what servers usually keep idle connections for, so that they seldom close one as it is taken up again. */
const IDLE_SOCKET_MS = 20_000;

/** An HTTP client for one route, together with its connections. */
export interface Transport extends HttpClient {
  /** Requests whose body has not ended. */
  active(): number;
  /** Ends idle connections now, and all others as soon as their bodies end. */
  retire(): void;
  /** Cuts everything. */
  close(): void;
}

interface Agents {
  readonly plain: http.Agent;
  readonly secure: http.Agent;
}

/** @param route from `parseRoute`. No I/O until the first request. */
export function createTransport(route: Route): Transport {
  const agents = agentsFor(route);
  let active = 0;
  let retired = false;
  const destroy = (): void => {
    agents.plain.destroy();
    agents.secure.destroy();
  };
  const done = (): void => {
    active -= 1;
    if (retired && active === 0) destroy();
  };
  return {
    async request(request) {
      active += 1;
      return exchange(request, (url) => dial(url, route, agents), done);
    },
    active: () => active,
    retire() {
      retired = true;
      if (active === 0) destroy();
    },
    close: destroy,
  };
}

function agentsFor(route: Route): Agents {
  const options = {
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    maxFreeSockets: MAX_FREE_SOCKETS,
    timeout: IDLE_SOCKET_MS,
  };
  switch (route.kind) {
    case 'direct':
    case 'pinned':
      return { plain: new http.Agent(options), secure: new https.Agent(options) };
    case 'tunnel': {
      const agent = new TunnelAgent(route, options);
      return { plain: agent, secure: agent };
    }
    case 'socks': {
      // Not with `timeout`: the library cuts a socket by it even in use, as when a player pauses.
      const { timeout: _, ...rest } = options;
      const agent = new SocksProxyAgent(route.proxy, rest);
      return { plain: agent, secure: agent };
    }
    default:
      return route satisfies never;
  }
}

function dial(url: URL, route: Route, agents: Agents): Dial {
  const secure = url.protocol === 'https:';
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const own = { host: hostname, port: Number(url.port) || (secure ? 443 : 80) };
  const trust = {
    // Agents for proxies tell connections apart by it; left to guess, they never take one up again.
    secureEndpoint: secure,
    rejectUnauthorized: true,
    ...('ca' in route && route.ca !== undefined ? { ca: route.ca } : {}),
  };
  const agent = secure ? agents.secure : agents.plain;
  if (route.kind !== 'pinned') return { agent, options: { ...own, ...trust } };
  if (secure) {
    return { agent, options: { host: route.host, port: route.port, servername: hostname, ...trust } };
  }
  if (isLoopback(hostname)) return { agent, options: own };
  throw new StorageError('unavailable', 'This egress does not lead to plain http addresses.');
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '::1' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
