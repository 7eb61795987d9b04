import { EdgeFailure } from './failure.ts';

/** Headers of the upstream that go on to the client. Cookies and whatever else a cloud says stay here. */
const PASSED = [
  'content-type',
  'content-length',
  'content-range',
  'etag',
  'last-modified',
  'content-disposition',
];
const PASSED_STATUSES = new Set([200, 206, 304, 412, 416]);

/** Types that run nothing when they are opened by their address. */
const PASSIVE = /^(?:audio|video)\/|^image\/(?!svg)/i;
/** Nothing in any other file may run with the worker's address. */
const INERT_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";
const FIXED = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'private, max-age=0, must-revalidate',
};

/** Script of other pages may read files, never with cookies: there are none, the sign is in the address. */
export const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/** The answer to `OPTIONS`. */
export function preflight(wanted: string): Response {
  const headers = {
    ...CORS,
    'Access-Control-Allow-Methods': 'GET, HEAD',
    'Access-Control-Max-Age': '43200',
    ...(/^[\w-]+(?:, ?[\w-]+)*$/.test(wanted) ? { 'Access-Control-Allow-Headers': wanted } : {}),
  };
  return new Response(null, { status: 204, headers });
}

/** An error as JSON of AList's form, with its real HTTP status, so that no player saves it as a film. */
export function refusal({ status, message, headers }: EdgeFailure): Response {
  return Response.json(
    { code: status, message, data: null },
    { status, headers: { ...CORS, ...headers, 'Cache-Control': 'no-store' } },
  );
}

/**
 * The upstream's answer as the client gets it; its body passes by reference.
 *
 * @param size what the gateway says that the file has; another total is refused, since those are other bytes
 * @throws EdgeFailure 502 for a packed body, another size, or a status that says nothing of a file; 503 when the cloud is busy
 */
export function fileAnswer(upstream: Response, name: string, size: number | undefined): Response {
  const { status } = upstream;
  if (status === 429 || status === 503) {
    const after = upstream.headers.get('retry-after');
    throw new EdgeFailure(503, 'the cloud asks to slow down', after === null ? {} : { 'Retry-After': after });
  }
  if (!PASSED_STATUSES.has(status)) {
    throw new EdgeFailure(502, `the cloud answers a download with status ${status}`);
  }
  assertWhole(upstream, size);
  const headers = new Headers({ ...FIXED, ...CORS, 'Accept-Ranges': 'bytes' });
  for (const header of PASSED) {
    const value = upstream.headers.get(header);
    if (value !== null) headers.set(header, value);
  }
  if (!PASSIVE.test(headers.get('content-type') ?? '')) headers.set('Content-Security-Policy', INERT_POLICY);
  if (!headers.has('content-disposition')) headers.set('Content-Disposition', disposition(name));
  return new Response(status === 304 ? null : upstream.body, { status, headers });
}

function assertWhole({ status, headers }: Response, size: number | undefined): void {
  if (!/^(?:identity)?$/i.test(headers.get('content-encoding') ?? '')) {
    throw new EdgeFailure(502, 'the cloud packs the file, so that ranges of it mean nothing');
  }
  const total = totalOf(status, headers);
  if (size !== undefined && total !== undefined && total !== size) {
    throw new EdgeFailure(502, 'the cloud serves a file of another size than it lists');
  }
}

/** Bytes of the whole file, as far as a head tells. */
export function totalOf(status: number, headers: Headers): number | undefined {
  const text =
    status === 200 ? headers.get('content-length') : /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
  return text === null || text === undefined ? undefined : Number(text);
}

/** RFC 6266 §4.3 and RFC 8187: any name fits, and nothing gets out of the header. */
function disposition(name: string): string {
  const plain = name.toWellFormed().replaceAll(/[^ -~]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
