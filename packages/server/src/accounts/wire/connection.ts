import { StorageError } from '../../core/errors.ts';
import { connectionError } from '../transport-errors.ts';
import { WireBody } from './body.ts';
import { createUnframer, type Unframer } from './framing.ts';
import { type Head, parseHead } from './head.ts';
import type { Line } from './line.ts';

const MAX_HEAD_BYTES = 65_536;
/** How many interim answers, such as 103, may come before the real one. */
const MAX_INTERIM = 8;

/** The head of an answer, and its body on the way. */
export interface Answer extends Head {
  readonly body: WireBody;
}

/** What a connection tells its pool. */
export interface ConnectionEvents {
  /** The body of the last answer is whole, and another request may follow. */
  free(): void;
  /** It can't be used any more. */
  gone(): void;
}

interface Waiting {
  head: Buffer;
  interim: number;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

interface Running {
  readonly head: Head;
  readonly body: WireBody;
  readonly unframer: Unframer;
}

/** HTTP/1.1 over one line, for one GET after another. */
export class Connection {
  readonly #line: Line;
  readonly #host: string;
  readonly #events: ConnectionEvents;
  #waiting: Waiting | undefined;
  #running: Running | undefined;
  #over = false;

  /** @param host named in errors */
  constructor(line: Line, host: string, events: ConnectionEvents) {
    this.#line = line;
    this.#host = host;
    this.#events = events;
    line.listen({ data: (bytes) => this.#hear(bytes), closed: (error) => this.#closed(error) });
  }

  /**
   * Sends the head of a GET and resolves with the answer.
   * @throws StorageError `protocol`, or `unavailable` when the connection breaks; `isUnanswered` tells whether that was before a byte came
   */
  request(head: string): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting = { head: Buffer.alloc(0), interim: 0, resolve, reject };
    if (this.#over) this.#closed(undefined);
    else this.#line.write(Buffer.from(head, 'latin1'));
    return promise;
  }

  /** Ends the connection, and whatever runs on it. */
  cut(): void {
    this.#fail(connectionError(this.#host, undefined));
  }

  #hear(bytes: Buffer): void {
    try {
      if (this.#running !== undefined) this.#feed(this.#running, bytes);
      else if (this.#waiting === undefined)
        this.cut(); // nobody has asked
      else this.#readHead(this.#waiting, bytes);
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #readHead(waiting: Waiting, bytes: Buffer): void {
    // A short body comes with its head: it is not copied.
    waiting.head = waiting.head.length === 0 ? bytes : Buffer.concat([waiting.head, bytes]);
    const end = waiting.head.indexOf('\r\n\r\n');
    if (end < 0 || end > MAX_HEAD_BYTES) {
      if (waiting.head.length > MAX_HEAD_BYTES) throw tooLong();
      return;
    }
    const head = parseHead(waiting.head.toString('latin1', 0, end));
    const rest = waiting.head.subarray(end + 4);
    if (head.status < 200) {
      waiting.interim += 1;
      if (waiting.interim > MAX_INTERIM || head.status === 101) throw tooLong();
      waiting.head = Buffer.alloc(0);
      if (rest.length > 0) this.#readHead(waiting, rest);
      return;
    }
    this.#waiting = undefined;
    const body = new WireBody({
      pause: () => this.#line.pause(),
      resume: () => this.#line.resume(),
      left: () => this.cut(),
    });
    body.on('error', () => {}); // a reader that has left must not bring the process down
    const running = { head, body, unframer: createUnframer(head.framing) };
    this.#running = running;
    waiting.resolve({ ...head, body });
    this.#feed(running, rest);
  }

  #feed({ head, body, unframer }: Running, bytes: Buffer): void {
    if (!unframer.feed(bytes, (piece) => body.bring(piece))) return;
    if (this.#running?.body !== body) return; // its reader left as the bytes came
    this.#running = undefined;
    body.finish();
    this.#line.resume();
    if (head.keepAlive && !unframer.surplus) this.#events.free();
    else this.cut();
  }

  #closed(error: Error | undefined): void {
    const running = this.#running;
    if (running?.unframer.endsByClose === true && error === undefined && !running.body.destroyed) {
      this.#running = undefined;
      running.body.finish();
    }
    this.#fail(unanswered(this.#host, error, this.#waiting?.head.length === 0));
  }

  /** Ends whoever waits with an error. */
  #fail(error: Error): void {
    const [waiting, running, first] = [this.#waiting, this.#running, !this.#over];
    this.#over = true;
    this.#waiting = this.#running = undefined;
    this.#line.cut();
    waiting?.reject(error);
    running?.body.destroy(error);
    if (first) this.#events.gone();
  }
}

/** Errors of connections that closed before a byte of the answer: the request may be sent again on another. */
const UNANSWERED = new WeakSet<Error>();

/** Whether a request failed because its connection closed without a word, as idle ones do. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof Error && UNANSWERED.has(error);
}

function unanswered(host: string, cause: Error | undefined, silent: boolean): Error {
  const error = connectionError(host, cause);
  if (silent) UNANSWERED.add(error);
  return error;
}

function tooLong(): StorageError {
  return new StorageError('protocol', "the server's answer can't be read: its head does not end", {
    retry: 'later',
  });
}
