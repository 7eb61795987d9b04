import { Readable } from 'node:stream';
import type { FaultRule, InProcessSandbox } from '@sluice/sandbox';
import { connectionError } from '../../src/accounts/transport-errors.ts';
import { abortError, throwIfAborted, waitOrAbort } from '../../src/core/abort.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../../src/core/http-client.ts';
import { StorageError } from '../../src/core/errors.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What happens when one operation makes its n-th request, counted from 0. */
export interface Incident {
  readonly at: number;
  /** Done before the request is sent. */
  readonly before?: () => void | Promise<void>;
  /** A fault that strikes this request. */
  readonly fault?: FaultRule;
  /** Faults for the requests behind it, one each. */
  readonly behind?: readonly FaultRule[];
  /** From this request on nothing gets through any more: the line is down before requests, or behind them. */
  readonly outage?: 'before' | 'after';
}

/**
 * The line from one gateway to an in-process sandbox. A test says what happens to the requests of the operation that comes next, by their
 * numbers: so a failing run can be repeated and shrunk.
 */
export class CloudLine implements HttpClient {
  readonly #sandbox: InProcessSandbox;
  readonly #time: VirtualTime;
  #incidents: Incident[] = [];
  #count = 0;
  #outage: 'before' | 'after' | undefined;
  #cut = false;
  #struck = 0;

  constructor(sandbox: InProcessSandbox, time: VirtualTime) {
    this.#sandbox = sandbox;
    this.#time = time;
  }

  /** Begins an operation. */
  expect(incidents: readonly Incident[]): void {
    this.#incidents = [...incidents];
    this.#count = 0;
    this.#struck = 0;
    this.#outage = undefined;
  }

  /** Ends an operation: the line is whole again. Whether anything happened on it. */
  settle(): boolean {
    const { struck } = this;
    this.expect([]);
    return struck;
  }

  /** Whether anything has happened on it since the operation began. */
  get struck(): boolean {
    return this.#struck > 0;
  }

  /** The process behind this line is dead: none of its requests gets out any more. */
  cut(): void {
    this.#cut = true;
  }

  request(request: HttpRequest): Promise<HttpResponse> {
    return this.#time.work(() => waitOrAbort(this.#send(request), request.signal));
  }

  async #send(request: HttpRequest): Promise<HttpResponse> {
    throwIfAborted(request.signal);
    const { hostname } = new URL(request.url);
    const index = this.#count++;
    const incident = this.#incidents.find(({ at }) => at === index);
    if (incident !== undefined) await this.#begin(incident);
    throwIfAborted(request.signal);
    if (this.#cut || this.#outage === 'before') throw connectionError(hostname, undefined);
    const answer = await this.#exchange(request, incident?.fault);
    if (this.#cut || this.#outage !== undefined || answer === 'hang_up')
      throw connectionError(hostname, undefined);
    const body = Readable.from(answer.cut ? broken(answer.body) : answer.body, { objectMode: false });
    request.signal.addEventListener('abort', () => body.destroy(abortError(request.signal.reason)), {
      once: true,
    });
    return { status: answer.status, headers: answer.headers, body };
  }

  async #begin({ before, fault, behind = [], outage, at }: Incident): Promise<void> {
    if (before !== undefined) {
      this.#struck++;
      await before();
    }
    if (fault !== undefined)
      this.#incidents.push(...behind.map((next, i) => ({ at: at + 1 + i, fault: next })));
    if (outage !== undefined) {
      this.#struck++;
      this.#outage = outage;
    }
  }

  async #exchange(request: HttpRequest, fault: FaultRule | undefined) {
    const { faults } = this.#sandbox;
    if (fault !== undefined) faults.add(fault);
    try {
      return await this.#sandbox.request({
        method: request.method,
        url: request.url,
        headers: request.headers ?? {},
        body: bytesOf(request.body),
      });
    } catch (error) {
      if (error instanceof StorageError) throw error; // the source of an upload failed
      throw connectionError(new URL(request.url).hostname, error);
    } finally {
      if (fault !== undefined) {
        if (faults.pending().length === 0) this.#struck++;
        faults.clear();
      }
    }
  }
}

async function* bytesOf(body: HttpRequest['body']): AsyncGenerator<Uint8Array> {
  if (body === undefined) return;
  if (typeof body === 'string') yield new TextEncoder().encode(body);
  else if (body instanceof Uint8Array) yield body;
  else for await (const chunk of body) yield chunk as Uint8Array; // no encoding is set on it
}

async function* broken(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* body;
  throw new Error('the connection was cut');
}
