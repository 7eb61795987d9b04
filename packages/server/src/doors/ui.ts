import { readdir, readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, relative, sep } from 'node:path';
import { setHeaders } from '../http/headers.ts';
import { contentTypeOf } from '../http/media-type.ts';
import { sendProblem } from '../http/problem.ts';
import { parseTarget } from '../http/request-path.ts';

/** One built file with its precompressed forms. */
interface Asset {
  readonly name: string;
  readonly type: string;
  readonly forms: readonly {
    readonly encoding: '' | 'br' | 'gzip';
    readonly file: string;
    readonly size: number;
  }[];
}

/** Built files that a URL may name, by their path: `/assets/x.js`. */
export type AssetMap = ReadonlyMap<string, Asset>;

const FORMS = [
  ['.br', 'br'],
  ['.gz', 'gzip'],
] as const;

/**
 * Reads the list of built files once, so that a request can name nothing else. An empty list when nothing was built.
 * @param folder the build's output
 */
export async function loadAssets(folder: string): Promise<AssetMap> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return assetsOf(new Map(files.map((file) => [`/${relative(folder, file).split(sep).join('/')}`, file])));
}

/** @param files where each file of the build lies, by the path that URLs name it by */
export async function assetsOf(files: ReadonlyMap<string, string>): Promise<AssetMap> {
  const assets = new Map<string, Asset>();
  for (const [name, file] of files) {
    if (FORMS.some(([suffix]) => name.endsWith(suffix) && files.has(name.slice(0, -suffix.length)))) continue;
    const forms: Asset['forms'][number][] = [];
    for (const [suffix, encoding] of FORMS) {
      const packed = files.get(name + suffix);
      if (packed !== undefined) forms.push({ encoding, file: packed, size: (await stat(packed)).size });
    }
    forms.push({ encoding: '', file, size: (await stat(file)).size });
    assets.set(name, { name, type: contentTypeOf(name), forms });
  }
  return assets;
}

/**
 * Nothing from other hosts but pictures and media, which redirects of `/d` lead to. Workers and WebAssembly are the subtitle and PDF
 * viewers'; inline styles are what virtual lists position their rows with.
 */
const PAGE_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob: http: https:",
  "media-src 'self' blob: http: https:",
  "connect-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "font-src 'self' data:",
  "frame-src 'self' https:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const COMMON = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin-allow-popups',
};

/** The web app: built files as they are, and its page for every other address that a browser opens. */
export function createUiDoor(assets: AssetMap): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  return async (req, res) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      return sendProblem(res, {
        status: 405,
        message: 'only GET and HEAD are answered here',
        allow: 'GET, HEAD',
      });
    }
    const { rawPath } = parseTarget(req.url ?? '/');
    const asset = assets.get(rawPath);
    if (asset !== undefined && rawPath !== '/index.html') return sendAsset(req, res, asset);
    if (rawPath.startsWith('/assets/') || !wantsPage(req))
      return sendProblem(res, { status: 404, message: 'there is nothing at this address' });
    const page = assets.get('/index.html');
    return page === undefined ? sendMissingBuild(res) : sendAsset(req, res, page);
  };
}

/** Browsers name HTML when a person opens an address; pictures that are not there get a 404. Module scripts ask for anything. */
function wantsPage(req: IncomingMessage): boolean {
  return /\btext\/html\b|^\*\/\*$/.test(req.headers.accept ?? '*/*');
}

async function sendAsset(req: IncomingMessage, res: ServerResponse, asset: Asset): Promise<void> {
  const accepted = req.headers['accept-encoding'] ?? '';
  const form = asset.forms.find(({ encoding }) => encoding === '' || accepts(accepted, encoding));
  if (form === undefined) return;
  setHeaders(res, {
    ...COMMON,
    'Content-Type': asset.type,
    'Content-Length': String(form.size),
    'Cache-Control': isHashed(asset.name) ? 'public, max-age=31536000, immutable' : 'no-cache',
    Vary: 'Accept-Encoding',
    ...(form.encoding === '' ? {} : { 'Content-Encoding': form.encoding }),
    ...(asset.type.startsWith('text/html') ? { 'Content-Security-Policy': PAGE_POLICY } : {}),
  });
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  // Read whole: the largest is a megabyte, and files inside the single-file executable can't be streamed.
  await readFile(form.file).then(
    (body) => res.end(body),
    () => res.destroy(),
  );
}

function accepts(header: string, encoding: string): boolean {
  return new RegExp(`\\b${encoding}\\b(?!\\s*;\\s*q=0(?:\\.0*)?(?:\\s*,|\\s*$))`).test(header);
}

/** The bundler puts a hash into the name of everything below `assets`: `chunk-1a2b3c4d.js`. */
function isHashed(name: string): boolean {
  return /^\/assets\/.*-[\da-z]{8}\.[\w.]+$/.test(name);
}

const MISSING_BUILD = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sluice</title>
<h1>The web app is not built yet</h1>
<p>Build it once: <code>node scripts/run.mjs start</code> does so by itself, or run <code>bun packages/web/build.ts</code> and start again.</p>
<p>The API and downloads work without it.</p></html>
`;

function sendMissingBuild(res: ServerResponse): void {
  res.statusCode = 503;
  setHeaders(res, {
    ...COMMON,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(MISSING_BUILD)),
    'Content-Security-Policy': "default-src 'none'",
    'Cache-Control': 'no-store',
  });
  res.end(MISSING_BUILD);
}
