import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { HttpsProxyAgent, type HttpsProxyAgentOptions } from 'https-proxy-agent';
import type { Route } from './route.ts';
import { proxyRefusal } from './transport-errors.ts';

type ProxyOptions = HttpsProxyAgentOptions<string>;
type ConnectOptions = Parameters<HttpsProxyAgent<string>['connect']>[1];

/**
 * Connects through an HTTP proxy by `CONNECT`, for http targets too.
 *
 * The library leaves a socket to a proxy that never answers open for good and replays a refusal as if the target had sent it;
 * here dialling stops with the request's `cut` signal, and a refusal is an error.
 */
export class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #route: Extract<Route, { kind: 'tunnel' }>;
  readonly #cuts = new WeakMap<ClientRequest, AbortSignal>();

  constructor(route: Extract<Route, { kind: 'tunnel' }>, options: ProxyOptions) {
    super(route.proxy, options);
    this.#route = route;
  }

  /** Ties dialling for `req` to a signal. Called in the same tick in which `req` was made, before it dials. */
  cutWith(req: ClientRequest, signal: AbortSignal): void {
    this.#cuts.set(req, signal);
  }

  override async connect(req: ClientRequest, options: ConnectOptions): Promise<Socket> {
    const dialling = new AbortController();
    const cut = this.#cuts.get(req);
    const stop = (): void => dialling.abort();
    if (cut?.aborted === true) stop();
    cut?.addEventListener('abort', stop, { once: true });
    let status = 0;
    req.once('proxyConnect', (answer: { statusCode: number }) => {
      status = answer.statusCode;
    });
    try {
      const socket = await this.#dialler(dialling.signal).connect(req, options);
      if (status === 200) return socket;
      socket.destroy();
      throw proxyRefusal(status);
    } finally {
      cut?.removeEventListener('abort', stop);
    }
  }

  /** A fresh agent for one connection, because the library takes the signal with its own options only. */
  #dialler(signal: AbortSignal): HttpsProxyAgent<string> {
    const { authorization } = this.#route;
    const options: ProxyOptions = {
      keepAlive: true,
      rejectUnauthorized: true,
      signal,
      ...(authorization === undefined ? {} : { headers: { 'Proxy-Authorization': authorization } }),
    };
    return new HttpsProxyAgent(this.#route.proxy, options);
  }
}
