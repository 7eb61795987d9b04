import { apiFaultAnswer, HUNG_UP } from './api-fault.ts';
import type { Faults } from './faults.ts';
import { splitHost } from './hosts.ts';
import { pathNotFound, Refusal } from './refusal.ts';
import { findRoute, Page } from './router.ts';
import type { World } from './world.ts';
import type { CloudRequest, CloudResponse } from '../types.ts';

/** What an answer depends on beside the state. */
export interface AnswerContext {
  readonly faults: Faults;
  readonly now: number;
}

/** Answers one request; whatever goes wrong becomes an answer too. */
export async function answerRequest(
  world: World,
  request: CloudRequest,
  context: AnswerContext,
): Promise<CloudResponse> {
  try {
    return dated(await dispatch(world, request, context), context.now);
  } catch (error) {
    if (error instanceof Refusal) return dated(refusalResponse(error), context.now);
    const description = error instanceof Error ? error.message : String(error);
    const body = { error: 'internal', error_code: 13, error_url: '', error_description: description };
    return dated(json(500, body), context.now);
  }
}

async function dispatch(world: World, request: CloudRequest, context: AnswerContext): Promise<CloudResponse> {
  const host = splitHost(request.host);
  if (host?.label.endsWith('-thumbnail-drive')) return world.thumbnails.answer(request);
  if (host?.label !== 'user' && host?.label !== 'api-drive') throw pathNotFound();
  const isAccount = host.label === 'user';
  const fault = context.faults.takeForApi(request.method, request.path);
  if (fault?.kind === 'hang_up') {
    if (fault.when === 'after') await callHandler(world, request, host).catch(ignoreRefusal);
    return HUNG_UP;
  }
  if (fault !== undefined) {
    const struck = apiFaultAnswer(fault, isAccount ? 'account' : 'drive', context.now);
    return struck instanceof Refusal ? refusalResponse(struck) : struck;
  }
  return callHandler(world, request, host);
}

async function callHandler(
  world: World,
  request: CloudRequest,
  host: { readonly label: string; readonly root: string },
): Promise<CloudResponse> {
  const routes = host.label === 'user' ? world.accountRoutes : world.driveRoutes;
  const found = findRoute(routes, request.method, request.path);
  if (found === undefined) throw pathNotFound();
  const result = await found.handler({ request, root: host.root, id: found.id });
  return result instanceof Page ? result.answer : json(200, result);
}

/** For a call whose answer nobody gets. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
}

function refusalResponse(refusal: Refusal): CloudResponse {
  return json(refusal.status, refusal.body);
}

/** Rule T7. */
function json(status: number, body: object): CloudResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}

/** The `Date` header tells the sandbox's own time, so that clients may correct their clock by it (§7.3). */
function dated(response: CloudResponse, now: number): CloudResponse {
  return { ...response, headers: { date: new Date(now).toUTCString(), ...response.headers } };
}
