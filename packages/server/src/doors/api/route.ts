import type { z } from 'zod';
import type { Ctx } from '../../core/driver.ts';
import type { User } from '../../users/user.ts';
import type { View } from '../../vfs/view.ts';
import type { DoorContext } from '../context.ts';
import type { Visitor } from '../visitor.ts';
import type { RequestSchema } from './bind.ts';
import type { RecordTexts } from './record-texts.ts';

/** What routes work with. */
export interface ApiContext extends DoorContext {
  readonly records: RecordTexts;
}

/** What is known of a request besides its fields. */
export interface Caller {
  /** The client's address, as far as it can be trusted. */
  readonly address: string;
  /** Scheme and host under which the client reached the gateway, for URLs; '' when unknown. */
  readonly origin: string;
  /** What decides how files reach the client. */
  readonly visitor: Visitor;
  readonly clientId: string | undefined;
  readonly authorization: string | undefined;
  readonly ctx: Ctx;
}

/** A caller that was recognised. */
export interface Session extends Caller {
  readonly user: User;
  readonly view: View;
}

interface RouteShape<S extends RequestSchema> {
  /** `ANY` for what the reference answers on every method (§1.5). */
  readonly method: 'GET' | 'POST' | 'ANY';
  /** Below `/api`. */
  readonly path: string;
  /** Where the fields come from. `query` ignores a body, as the reference does where it takes an id. */
  readonly from?: 'body' | 'query';
  readonly request: S;
  /** The largest body in bytes; 1 MiB when absent. */
  readonly maxBodyBytes?: number;
}

/** A route that doesn't need to know who asks: for anyone, or for download proxies and admins. */
interface OpenRoute<S extends RequestSchema> extends RouteShape<S> {
  readonly access: 'anyone' | 'download-proxy';
  run(input: z.output<S>, caller: Caller, door: ApiContext): Promise<unknown>;
}

/** A route for users, the guest included when it is enabled, or for admins alone. */
interface SessionRoute<S extends RequestSchema> extends RouteShape<S> {
  readonly access: 'user' | 'admin';
  run(input: z.output<S>, session: Session, door: ApiContext): Promise<unknown>;
}

/** One route as data; its schema checks requests and describes them. */
export type Route<S extends RequestSchema = RequestSchema> = OpenRoute<S> | SessionRoute<S>;

/** Ties a route's schema to the type of its handler's input, then forgets it so that routes can stand in one list. */
export function route<S extends RequestSchema>(definition: Route<S>): Route {
  return definition;
}
