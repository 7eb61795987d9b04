import http from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Ctx } from '../../core/driver.ts';
import type { HttpClient } from '../../core/http-client.ts';
import type { Link } from '../../core/link.ts';
import { normalizePath } from '../../core/path.ts';
import type { StorageRecord } from '../../core/storage-record.ts';
import type { OpenFile } from '../../vfs/view.ts';

/** Byte `i` of every fake file is `i mod 251`, so that a byte out of place shows. */
export function patternBytes(start: number, end: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: end - start }, (_, i) => (start + i) % 251));
}

/** A CDN on loopback that the test scripts answer by answer. */
export interface FakeUpstream {
  readonly url: string;
  /** `Range` headers in the order of arrival, one for each request. */
  readonly ranges: string[];
  /** Sockets with an answer that is not complete. */
  readonly open: () => number;
  readonly close: () => void;
}

export type Answer = (req: http.IncomingMessage, res: http.ServerResponse) => void;

/** Serves the answers in turn; the last one goes on for all further requests. */
export async function startFakeUpstream(...answers: readonly Answer[]): Promise<FakeUpstream> {
  const ranges: string[] = [];
  const busy = new Set<http.ServerResponse>();
  const server = http.createServer((req, res) => {
    const answer = answers[Math.min(ranges.length, answers.length - 1)];
    ranges.push(req.headers.range ?? '');
    busy.add(res);
    res.on('close', () => busy.delete(res));
    answer?.(req, res);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    ranges,
    open: () => busy.size,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** An honest range server for a file of `size` bytes. `until`: bytes of the file after which the connection breaks. */
export function serveRange(size: number, until = Number.POSITIVE_INFINITY): Answer {
  return (req, res) => {
    const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? '') ?? [];
    const start = Number(first);
    const end = last === '' ? size : Math.min(Number(last) + 1, size);
    res.writeHead(206, {
      'Content-Length': end - start,
      'Content-Range': `bytes ${start}-${end - 1}/${size}`,
    });
    if (until >= end) {
      res.end(patternBytes(start, end));
      return;
    }
    res.write(patternBytes(start, until), () => setImmediate(() => res.destroy()));
  };
}

/** An answer with a status and headers, and no body. */
export function serveStatus(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_, res) => {
    res.writeHead(status, headers);
    res.end();
  };
}

/** Plain `node:http`, as the way out. */
export const plainTransport: HttpClient = {
  request: ({ method, url, headers = {}, signal }) =>
    new Promise((resolve, reject) => {
      const req = http.request(url, { method, headers, signal, agent: false }, (body) => {
        const plain = Object.entries(body.headers).map(([name, value]) => [name, String(value)] as const);
        resolve({ status: body.statusCode ?? 0, headers: Object.fromEntries(plain), body });
      });
      req.on('error', reject);
      req.end();
    }),
};

/** A stored storage with the defaults of a new one. */
export function fakeStorage(overrides: Partial<StorageRecord> = {}): StorageRecord {
  return {
    id: 1,
    mountPath: normalizePath('/movies'),
    order: 0,
    driver: 'Memory',
    cacheExpiration: 30,
    addition: {},
    remark: '',
    modified: 0,
    disabled: false,
    disableIndex: false,
    enableSign: false,
    webProxy: false,
    webdavPolicy: '302_redirect',
    proxyRange: false,
    downProxyUrl: '',
    downProxySign: true,
    orderBy: '',
    orderDirection: '',
    extractFolder: '',
    ...overrides,
  };
}

/** A file behind links. `urls` are the links it gives, a new one after each `forgetLink`; `linkCalls` counts the makings. */
export function fakeFile(
  size: number,
  urls: readonly string[],
  overrides: Partial<Link> = {},
): OpenFile & { linkCalls: number } {
  const path = normalizePath('/movies/a.mp4');
  let made: Link | undefined;
  const file = {
    node: { path, fullPath: path, entry: { id: '1', name: 'a.mp4', kind: 'file' as const, size } },
    storage: fakeStorage(),
    source: 'link' as const,
    transport: plainTransport,
    egress: '',
    linkCalls: 0,
    link: (): Promise<Link> => {
      if (made === undefined) {
        const url = urls[Math.min(file.linkCalls, urls.length - 1)] ?? '';
        file.linkCalls += 1;
        made = { url, headers: {}, boundTo: 'egress', variant: 'original', ...overrides };
      }
      return Promise.resolve(made);
    },
    forgetLink: (): void => {
      made = undefined;
    },
    read: (): Promise<ReadableStream<Uint8Array>> => Promise.reject(new Error('this file has links')),
  };
  return file;
}

/** A call on behalf of a playing client. */
export function playCtx(signal: AbortSignal): Ctx {
  return { signal, priority: 'play' };
}
