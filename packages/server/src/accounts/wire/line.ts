import type { Socket, SocketHandler } from 'bun';
import type { Trust } from '../destination.ts';

/** Who hears what comes over a line. Must not throw. */
export interface Ears {
  data(bytes: Buffer): void;
  /** Nothing comes after it. */
  closed(error?: Error): void;
}

/** What a proxy may say before it lets through. */
const MAX_REPLY_BYTES = 16_384;
/** A machine that has vanished is noticed in the end. */
const KEEP_ALIVE_MS = 60_000;

/** Before anyone listens the other side has nothing to say. */
const NOBODY: Ears = { data: () => {}, closed: () => {} };

/**
 * One connection on the runtime's own sockets, plain or with TLS.
 *
 * `node:net` and `node:tls` lie over these sockets and go on reading for a while when their reader pauses; here a pause stops the reading itself
 * (decision 0017).
 */
export class Line {
  #socket: Socket<unknown> | undefined;
  #ears = NOBODY;
  #unsent = Buffer.alloc(0);
  #over: { readonly error?: Error } | undefined;
  #shaken = Promise.withResolvers<void>();
  #paused = false;

  /**
   * Connects, with TLS at once when `trust` is given.
   * @throws the runtime's errors, which carry a `code`; when the line is cut meanwhile, an error too
   */
  async connect(host: string, port: number, trust?: Trust): Promise<void> {
    const shaken = this.#expectHandshake();
    const tls = trust === undefined ? {} : { tls: tlsOptions(trust) };
    const socket = await Bun.connect({ hostname: host, port, ...tls, socket: this.#handlers() });
    this.#socket = socket;
    if (this.#over !== undefined) socket.terminate();
    else socket.setKeepAlive(true, KEEP_ALIVE_MS);
    if (trust !== undefined) await shaken;
    this.#assertOpen();
  }

  /** Goes on with TLS over what is there. @throws as `connect` */
  async secure(trust: Trust): Promise<void> {
    this.#assertOpen();
    const plain = this.#socket;
    if (plain === undefined) throw new Error('there is no connection yet');
    const shaken = this.#expectHandshake();
    // A socket that has ears of its own would be handed a copy of all that comes, undeciphered.
    plain.reload({ socket: { drain() {} } });
    const [, socket] = plain.upgradeTLS({ tls: tlsOptions(trust), socket: this.#handlers() });
    this.#socket = socket;
    await shaken;
  }

  /** From now on `ears` hear; at once, when the line is closed already. */
  listen(ears: Ears): void {
    this.#ears = ears;
    if (this.#over !== undefined) ears.closed(this.#over.error);
  }

  /** Sends a few bytes: a request's head, a word to a proxy. */
  write(bytes: Buffer): void {
    this.#unsent = Buffer.concat([this.#unsent, bytes]);
    this.#flush();
  }

  /**
   * Sends bytes, and gives what comes back until that is whole.
   * @throws Error when the line closes before, or the reply does not end
   */
  async converse(bytes: Buffer, isWhole: (reply: Buffer) => boolean): Promise<Buffer> {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    let reply = Buffer.alloc(0);
    this.listen({
      data(more) {
        reply = Buffer.concat([reply, more]);
        if (isWhole(reply)) resolve(reply);
        else if (reply.length > MAX_REPLY_BYTES) reject(new Error('the proxy answers without end'));
      },
      closed: (error) => reject(error ?? new Error('the proxy closed the connection')),
    });
    this.write(bytes);
    const whole = await promise;
    this.#ears = NOBODY;
    return whole;
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#socket?.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket?.resume();
  }

  /** Closes at once. Ears are told. */
  cut(): void {
    this.#end();
    this.#socket?.terminate();
  }

  #handlers(): SocketHandler {
    return {
      data: (_, bytes) => this.#ears.data(bytes),
      drain: () => this.#flush(),
      handshake: (_, trusted, error) => {
        if (trusted) this.#shaken.resolve();
        else this.#end(error ?? new Error('the certificate is not trusted'));
        if (!trusted) this.#socket?.terminate();
      },
      close: (_, error) => this.#end(error),
      error: (_, error) => this.#end(error),
      connectError: () => {}, // the promise tells
    };
  }

  #expectHandshake(): Promise<void> {
    this.#shaken = Promise.withResolvers();
    this.#shaken.promise.catch(() => {}); // `connect` and `secure` throw it; on a plain line nobody waits for it, and `#over` has the error
    return this.#shaken.promise;
  }

  #flush(): void {
    if (this.#unsent.length === 0 || this.#socket === undefined || this.#over !== undefined) return;
    const sent = this.#socket.write(this.#unsent);
    if (sent > 0) this.#unsent = this.#unsent.subarray(sent);
  }

  #end(error?: Error): void {
    if (this.#over !== undefined) return;
    this.#over = error === undefined ? {} : { error };
    this.#shaken.reject(error ?? new Error('the connection was closed'));
    this.#ears.closed(error);
  }

  #assertOpen(): void {
    if (this.#over !== undefined) throw this.#over.error ?? new Error('the connection was closed');
  }
}

function tlsOptions({ name, ca }: Trust) {
  return { serverName: name, rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) };
}
