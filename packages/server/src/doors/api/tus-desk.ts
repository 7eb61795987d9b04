import type { IncomingMessage } from 'node:http';
import { StorageError } from '../../core/errors.ts';
import { httpDate } from '../../http/headers.ts';
import { bodyOf } from '../../http/request-body.ts';
import type { Arrival, Departure } from '../../uploads/spool.ts';
import type { DoorContext } from '../context.ts';
import type { Session } from './route.ts';
import { readTusFile } from './tus-metadata.ts';

/** Where resumable uploads are begun; each has its own address below. */
export const TUS_PATH = '/api/fs/tus';

export const TUS_VERSION = '1.0.0';

/** A refusal in the words of tus, with its HTTP status. */
export class TusRefusal extends Error {
  override readonly name = 'TusRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** An answer without a body. */
export interface TusAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request of someone who was recognised. */
export interface TusExchange {
  readonly req: IncomingMessage;
  readonly session: Session;
  readonly door: DoorContext;
}

const CAPABILITIES: TusAnswer = {
  status: 204,
  headers: { 'Tus-Version': TUS_VERSION, 'Tus-Extension': 'creation,termination,expiration' },
};

/** The calls of tus 1.0.0. An upload answers to its owner alone: for others there is none of that id. */
export class TusDesk {
  /**
   * @param id of the upload; '' for the address where they are begun
   * @param enter recognises who asks
   * @throws TusRefusal; what signing in, the spool and the view throw
   */
  async answer(req: IncomingMessage, id: string, enter: () => Promise<TusExchange>): Promise<TusAnswer> {
    const { method } = req;
    if (method === 'OPTIONS') return CAPABILITIES;
    if (req.headers['tus-resumable'] !== TUS_VERSION) {
      throw new TusRefusal(412, `this server speaks tus ${TUS_VERSION}`);
    }
    const exchange = await enter();
    if (id === '' && method === 'POST') return this.#create(exchange);
    if (id !== '' && method === 'HEAD') return this.#tell(id, exchange);
    if (id !== '' && method === 'PATCH') return this.#append(id, exchange);
    if (id !== '' && method === 'DELETE') return this.#remove(id, exchange);
    throw new TusRefusal(405, 'tus has no such call here');
  }

  async #create(exchange: TusExchange): Promise<TusAnswer> {
    const { req, session, door } = exchange;
    const { view, user, ctx } = session;
    const file = readTusFile(text(req.headers['upload-length']), text(req.headers['upload-metadata']));
    const { path, ...options } = file.goal;
    const compute = await view.uploadHashes(path, options, ctx);
    const arrival = await door.spool.arrivals.begin({ owner: user.id, ...file, compute });
    if (file.size === 0) await this.#depart(arrival, exchange);
    return { status: 201, headers: { Location: `${TUS_PATH}/${arrival.id}`, ...progress(arrival) } };
  }

  async #tell(id: string, exchange: TusExchange): Promise<TusAnswer> {
    const departure = this.#departureOf(id, exchange);
    if (departure !== undefined) {
      await departure.ended;
      const size = String(departure.size);
      return { status: 200, headers: { 'Upload-Offset': size, 'Upload-Length': size } };
    }
    const arrival = this.#arrivalOf(id, exchange);
    return { status: 200, headers: { ...progress(arrival), 'Upload-Length': String(arrival.size) } };
  }

  async #append(id: string, exchange: TusExchange): Promise<TusAnswer> {
    const { req, session, door } = exchange;
    if (req.headers['content-type'] !== 'application/offset+octet-stream') {
      throw new TusRefusal(415, 'a piece must be application/offset+octet-stream');
    }
    const before = this.#arrivalOf(id, exchange);
    if (text(req.headers['upload-offset']) !== String(before.offset)) {
      throw new TusRefusal(409, `the upload stands at ${before.offset}`);
    }
    const after = await this.#piece(before, door, bodyOf(req), session.ctx.signal);
    if (after.offset === after.size) await this.#depart(after, exchange);
    return { status: 204, headers: progress(after) };
  }

  async #piece(
    { id }: Arrival,
    { spool }: DoorContext,
    body: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<Arrival> {
    try {
      return await spool.arrivals.append(id, body, signal);
    } catch (error) {
      if (error instanceof StorageError && error.code === 'exists') throw new TusRefusal(423, error.message);
      throw error;
    }
  }

  async #depart({ id, owner, goal }: Arrival, { door, session }: TusExchange): Promise<void> {
    const { path, ...options } = goal;
    const { view, ctx } = session;
    const file = await door.spool.arrivals.finish(id);
    const departure = door.spool.departures.begin({ id, owner, file }, (whole, signal) =>
      view.upload(path, whole, options, { ...ctx, signal }),
    );
    await departure.ended;
  }

  async #remove(id: string, exchange: TusExchange): Promise<TusAnswer> {
    if (this.#departureOf(id, exchange) === undefined) this.#arrivalOf(id, exchange);
    await exchange.door.spool.arrivals.remove(id);
    await exchange.door.spool.departures.cancel(id);
    return { status: 204 };
  }

  #departureOf(id: string, { session, door }: TusExchange): Departure | undefined {
    const found = door.spool.departures.find(id);
    return found?.owner === session.user.id ? found : undefined;
  }

  #arrivalOf(id: string, { session, door }: TusExchange): Arrival {
    const found = door.spool.arrivals.get(id);
    if (found?.owner === session.user.id) return found;
    throw new StorageError('not_found', 'there is no such upload');
  }
}

function progress({ offset, expiresAt }: Arrival): Record<string, string> {
  return { 'Upload-Offset': String(offset), 'Upload-Expires': httpDate(expiresAt) };
}

function text(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
