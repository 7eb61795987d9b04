import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import tailwind from 'bun-plugin-tailwind';

const HERE = import.meta.dir;
const SOURCE = join(HERE, 'src');
const OUTPUT = join(HERE, 'dist');
const STAMP = join(HERE, '.cache/build-stamp');
/** Beside the sources, what the result depends on. */
const OTHER_INPUTS = ['build.ts', 'package.json', '../../package-lock.json'];

/** What compresses well. Pictures, fonts and WebAssembly-free media are packed already. */
const TEXT = /\.(?:html|js|mjs|css|svg|json|map|wasm|txt|bcmap)$/;
/** Below this, the saving is less than the headers. */
const LEAST_BYTES = 512;

interface Built {
  readonly name: string;
  readonly kind: string;
  readonly bytes: number;
  readonly gzip: number;
}

/** A digest of everything the page is made from. */
async function stampOf(): Promise<string> {
  const hash = createHash('sha256');
  const sources = await readdir(SOURCE, { recursive: true, withFileTypes: true });
  const files = sources.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of [...files, ...OTHER_INPUTS.map((name) => join(HERE, name))].sort()) {
    if (/\.test\.tsx?$/.test(file)) continue;
    hash.update(`${relative(HERE, file)}\0`);
    hash.update(await readFile(file));
  }
  return hash.digest('hex');
}

async function isCurrent(stamp: string): Promise<boolean> {
  if (!existsSync(join(OUTPUT, 'index.html'))) return false;
  return (await readFile(STAMP, 'utf8').catch(() => '')) === stamp;
}

/** Bundles the page into `folder`, each text beside its packed forms. */
async function buildInto(folder: string): Promise<Built[]> {
  const result = await Bun.build({
    entrypoints: [join(SOURCE, 'index.html')],
    outdir: folder,
    target: 'browser',
    format: 'esm',
    splitting: true,
    minify: true,
    publicPath: '/',
    naming: {
      entry: '[name].[ext]',
      chunk: 'assets/[name]-[hash].[ext]',
      asset: 'assets/[name]-[hash].[ext]',
    },
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [tailwind],
  });
  const built: Built[] = [];
  for (const output of result.outputs) {
    const content = new Uint8Array(await output.arrayBuffer());
    const gzip = TEXT.test(output.path) ? await pack(output.path, content) : content.length;
    built.push({ name: relative(folder, output.path), kind: output.kind, bytes: content.length, gzip });
  }
  return built;
}

/** Writes the packed forms beside a file; gives the size of the gzipped one. */
async function pack(path: string, content: Uint8Array): Promise<number> {
  if (content.length < LEAST_BYTES) return content.length;
  const gzip = gzipSync(content, { level: 9 });
  const quality = {
    [constants.BROTLI_PARAM_QUALITY]: 10,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  await writeFile(`${path}.gz`, gzip);
  await writeFile(`${path}.br`, brotliCompressSync(content, { params: quality }));
  return gzip.length;
}

function report(built: readonly Built[], ms: number): void {
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1).padStart(8)} kB`;
  for (const { name, bytes, gzip } of [...built].sort((a, b) => b.gzip - a.gzip)) {
    process.stdout.write(`${kilobytes(bytes)} ${kilobytes(gzip)} gz  ${name}\n`);
  }
  process.stdout.write(`The web page was built in ${(ms / 1000).toFixed(1)} s\n`);
}

/** Builds beside the old page and then takes its place, so that a failed build leaves what worked. */
async function main(): Promise<void> {
  const stamp = await stampOf();
  const onDemand = process.argv.includes('--if-changed');
  if (onDemand && (await isCurrent(stamp))) return;
  if (onDemand) process.stdout.write('Building the web page…\n');
  const began = performance.now();
  const next = `${OUTPUT}.next`;
  await rm(next, { recursive: true, force: true });
  const built = await buildInto(next);
  await rm(OUTPUT, { recursive: true, force: true });
  await rename(next, OUTPUT);
  await mkdir(join(HERE, '.cache'), { recursive: true });
  await writeFile(STAMP, stamp);
  if (!onDemand) report(built, performance.now() - began);
}

await main();
