import http from 'node:http';
import https from 'node:https';
import { SocksProxyAgent } from 'socks-proxy-agent';
import type { HttpClient } from '../core/http-client.ts';
import { destinationOf } from './destination.ts';
import { type Dial, exchange } from './exchange.ts';
import type { Route } from './route.ts';
import { TunnelAgent } from './tunnel-agent.ts';
import { canDial } from './wire/dial.ts';
import { createWire } from './wire/wire.ts';

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
  const wire = canDial(route) ? createWire(route) : undefined;
  let active = 0;
  let retired = false;
  const destroy = (): void => {
    agents.plain.destroy();
    agents.secure.destroy();
    wire?.close();
  };
  const done = (): void => {
    active -= 1;
    if (retired && active === 0) destroy();
  };
  return {
    async request(request) {
      active += 1;
      if (request.bulk === true && wire !== undefined) return wire.get(request, done);
      return exchange(request, (url) => dial(url, route, agents), done);
    },
    active: () => active,
    retire() {
      retired = true;
      wire?.retire();
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
  const { host, port, trust } = destinationOf(url, route);
  const agent = trust === undefined ? agents.plain : agents.secure;
  const options = {
    host,
    port,
    // Agents for proxies tell connections apart by it; left to guess, they never take one up again.
    secureEndpoint: trust !== undefined,
    rejectUnauthorized: true,
    ...(trust?.ca === undefined ? {} : { ca: trust.ca }),
    ...(trust !== undefined && trust.name !== host ? { servername: trust.name } : {}),
  };
  return { agent, options };
}
