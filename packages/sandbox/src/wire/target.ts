/** A request's target in origin form (RFC 9112 §3.2.1), taken apart. The path stays as sent. */
export interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Splits path and query. */
export function splitTarget(url: string): Target {
  const mark = url.indexOf('?');
  return mark === -1
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
}
