import type { CloudRequest } from '../types.ts';

/** A request on its way to a handler. */
export interface Call {
  readonly request: CloudRequest;
  /** The domain root that was asked, such as `mypikpak.com`: links in the answer carry it (protocol reference §1.1). */
  readonly root: string;
  /** The path segment that `:id` of the pattern stood for, decoded; '' when the pattern has none. */
  readonly id: string;
}

/** An answer that is not JSON. */
export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Answers with a JSON value or a page, or throws a `Refusal`. */
export type Handler = (call: Call) => object | Promise<object>;

/** `pattern` is a path in which one segment may be `:id`. */
export interface Route {
  readonly method: string;
  readonly pattern: string;
  readonly handler: Handler;
}

/** Marks an answer as a page rather than JSON. */
export class Page {
  readonly answer: PageAnswer;

  constructor(answer: PageAnswer) {
    this.answer = answer;
  }
}

/**
 * Finds the handler for a method and a path as sent. Segments are compared decoded, so that `%3A` serves for a colon
 * (rule T6). Undefined when there is none: a known path with another method counts as unknown (rule T3 allows it).
 */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { handler: Handler; id: string } | undefined {
  const segments = decodeSegments(path);
  if (segments === undefined) return undefined;
  for (const route of routes) {
    const id = route.method === method ? matchPattern(route.pattern.split('/'), segments) : undefined;
    if (id !== undefined) return { handler: route.handler, id };
  }
  return undefined;
}

function matchPattern(pattern: readonly string[], segments: readonly string[]): string | undefined {
  if (pattern.length !== segments.length) return undefined;
  let id = '';
  for (const [i, part] of pattern.entries()) {
    const segment = segments[i] ?? '';
    if (part === ':id' && segment !== '') id = segment;
    else if (part !== segment) return undefined;
  }
  return id;
}

function decodeSegments(path: string): string[] | undefined {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
